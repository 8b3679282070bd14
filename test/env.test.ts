import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseEnvironment } from '@/lib/env';

describe('the environment', () => {
  test('has a default for everything, and an empty variable counts as absent', () => {
    const defaults = { HOST: '127.0.0.1', PORT: 3000, DATA_DIR: './data' };
    expect(parseEnvironment({})).toEqual(defaults);
    expect(parseEnvironment({ HOST: '', PORT: ' ', DATABASE_URL: '' })).toEqual(defaults);
  });

  test('refuses a wrong value in one line that names the variable', () => {
    const wrong = {
      PORT: '99999',
      DATABASE_URL: 'sqlite:///secret-password',
      TILE_URL: 'https://tiles.example/',
    };
    for (const [name, value] of Object.entries(wrong))
      expect(() => parseEnvironment({ [name]: value })).toThrow(
        new RegExp(`^Wrong settings: ${name} must be [^\n]+$`),
      );
    expect(() => parseEnvironment(wrong)).toThrow(/PORT .*; DATABASE_URL .*; TILE_URL /);
    expect(() => parseEnvironment({ PORT: 'http' })).toThrow('"http"');
  });

  test('never shows a wrong database URL, which may hold a password', () => {
    expect(() => parseEnvironment({ DATABASE_URL: 'mysql://me:hunter2@db' })).not.toThrow('hunter2');
  });

  test('listens on this machine only until accounts exist', () => {
    for (const HOST of ['0.0.0.0', '::', '192.168.1.5', 'example.org'])
      expect(() => parseEnvironment({ HOST })).toThrow('only this machine may reach it');
    expect(parseEnvironment({ HOST: '::1' }).HOST).toBe('::1');
  });

  test('takes the older names, and the own name wins', () => {
    expect(parseEnvironment({ API_PORT: '5000' }).PORT).toBe(5000);
    expect(parseEnvironment({ API_PORT: '5000', PORT: '3100' }).PORT).toBe(3100);
  });

  test('.env.example names every variable and nothing else', () => {
    const text = readFileSync(join(import.meta.dirname, '..', '.env.example'), 'utf8');
    const named = [...text.matchAll(/^#? ?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(['DATABASE_URL', 'DATA_DIR', 'HOST', 'PORT', 'TILE_URL']);
  });
});
