import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
const files = listed
  .split('\n')
  .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && existsSync(join(root, path)))
  .filter((path) => !path.endsWith('.d.ts') && !path.startsWith('drizzle/migrations'));

type Edge = { from: string; to: string; external: boolean };

const text = new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
const withoutComments = (source: string) =>
  source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

function resolveImport(from: string, target: string): string {
  const base = target.startsWith('@/') ? target.slice(2) : normalize(join(dirname(from), target));
  const hit = [base, `${base}.ts`, `${base}.tsx`, `${base}.mjs`, `${base}/index.ts`].find((path) =>
    text.has(path),
  );
  return hit ?? base;
}

const edges: Edge[] = files.flatMap((from) => {
  const source = withoutComments(text.get(from) ?? '');
  const found = source.matchAll(/(?:(?<!')\bfrom\s*|\bimport\s*\(?\s*)'([^'\n]+)'/g);
  return [...found].map(([, target = '']) => {
    const external = !target.startsWith('.') && !target.startsWith('@/');
    return { from, to: external ? target : resolveImport(from, target), external };
  });
});
const internal = edges.filter((edge) => !edge.external);
const packages = edges.filter((edge) => edge.external);

/** Folders from top to bottom: each may import its own level's folders and everything below, never above. */
const LEVELS = [
  ['app', 'inngest', 'scripts'],
  ['lib/api'],
  ['lib/start-runtime.ts'],
  ['lib/runtime.ts'],
  ['lib/services'],
  [
    'lib/db',
    'lib/live',
    'lib/jobs',
    'lib/auth',
    'lib/feeds',
    'lib/formats',
    'lib/contracts',
    'lib/simulator',
  ],
  ['drizzle', 'lib/env.ts', 'lib/log.ts', 'lib/errors.ts', 'lib/spool.ts'],
  ['lib/analysis'],
  ['lib/timing'],
];
const levelOf = (path: string) =>
  LEVELS.findIndex((folders) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`)));

const importsOf = (folder: string) => packages.filter((edge) => edge.from.startsWith(`${folder}/`));
const faults = (list: Edge[]) => list.map((edge) => `${edge.from} imports ${edge.to}`);

/** One home per heavy package. */
const HOMES: Record<string, string[]> = {
  'drizzle-orm': ['drizzle/', 'lib/db/'],
  postgres: ['lib/db/'],
  '@electric-sql/pglite': ['lib/db/embedded/'],
  ioredis: ['lib/live/redis.ts'],
  'rate-limiter-flexible': ['lib/auth/'],
  jose: ['lib/auth/'],
  'mmdb-lib': ['lib/auth/'],
  'zod-openapi': ['lib/api/'],
  inngest: ['inngest/', 'lib/jobs/inngest-queue.ts', 'app/api/inngest/'],
  'next-auth': ['lib/auth/next-auth.ts', 'app/api/auth/'],
  'maplibre-gl': ['components/map/', 'app/layout.tsx'],
  'plotly.js': ['components/charts/'],
  uplot: ['components/charts/'],
  sax: ['lib/formats/'],
  '@fastify/busboy': ['lib/api/'],
};

/** What of lib/services is no verb: it finds out who asks and what he may, or only looks at a value. */
const NO_VERBS = new Set([
  'authenticate',
  'refusalOf',
  'requireLevel',
  'mayWith',
  'personOf',
  'levelOf',
  'isOfBatch',
  'settleUpload',
  'IMPORTS_TOPIC',
]);

describe('the house', () => {
  it('is not blind: it saw the files and the imports between them', () => {
    expect(files.length).toBeGreaterThanOrEqual(350);
    expect(internal.length).toBeGreaterThanOrEqual(900);
    expect(packages.length).toBeGreaterThanOrEqual(300);
  });

  it('resolves every import inside the project to a file', () => {
    const lost = internal.filter((edge) => !text.has(edge.to) && !existsSync(join(root, edge.to)));
    expect(faults(lost)).toEqual([]);
  });

  it('imports only downwards', () => {
    const upward = internal.filter((edge) => {
      const from = levelOf(edge.from);
      const to = levelOf(edge.to);
      return from >= 0 && to >= 0 && to < from;
    });
    expect(faults(upward)).toEqual([]);
  });

  it('lets components import only contracts, analysis and timing', () => {
    const allowed = ['components/', 'lib/contracts/', 'lib/analysis/', 'lib/timing/'];
    const wrong = internal.filter(
      (edge) => edge.from.startsWith('components/') && !allowed.some((folder) => edge.to.startsWith(folder)),
    );
    expect(faults(wrong)).toEqual([]);
  });

  it('keeps lib away from app, components, inngest, scripts and test', () => {
    const outside = /^(app|components|inngest|scripts|test)\//;
    expect(faults(internal.filter((edge) => edge.from.startsWith('lib/') && outside.test(edge.to)))).toEqual(
      [],
    );
    expect(
      faults(internal.filter((edge) => !edge.from.startsWith('test/') && edge.to.startsWith('test/'))),
    ).toEqual([]);
  });

  it('keeps the core pure: no package, no clock, no random', () => {
    expect(faults([...importsOf('lib/timing'), ...importsOf('lib/analysis')])).toEqual([]);
    const impure = files.filter(
      (path) =>
        /^lib\/(timing|analysis)\//.test(path) &&
        /Date\.now|new Date\(|Math\.random|performance\.now/.test(withoutComments(text.get(path) ?? '')),
    );
    expect(impure).toEqual([]);
  });

  it('keeps services free of packages and app and components free of the database', () => {
    expect(faults(importsOf('lib/services'))).toEqual([]);
    const reach = internal.filter(
      (edge) => /^(app|components)\//.test(edge.from) && /^(lib\/db|drizzle)\//.test(edge.to),
    );
    expect(faults(reach)).toEqual([]);
  });

  it('lets pages and routes call services by verbs, which check levels', () => {
    const exported = (path: string) => [
      ...(text.get(path) ?? '').matchAll(/^export (?:async )?(?:const|function) (\w+)(?: = (\w+))?/gm),
    ];
    const bare = internal
      .filter((edge) => /^(app|lib\/api)\//.test(edge.from) && edge.to.startsWith('lib/services/'))
      .flatMap((edge) => {
        const source = withoutComments(text.get(edge.from) ?? '');
        return exported(edge.to)
          .filter(([, name = '', made]) => made !== 'verb' && new RegExp(`\\b${name}\\b`).test(source))
          .map(([, name = '']) => name);
      });
    expect([...new Set(bare)].filter((name) => !NO_VERBS.has(name))).toEqual([]);
    // The list is not longer than it must be.
    expect([...NO_VERBS].filter((name) => !bare.includes(name))).toEqual([]);
  });

  it('gives each heavy package one home', () => {
    const strays = packages.filter((edge) => {
      const name = Object.keys(HOMES).find((home) => edge.to === home || edge.to.startsWith(`${home}/`));
      const homes = name ? HOMES[name] : undefined;
      return homes && !edge.from.startsWith('test/') && !homes.some((home) => edge.from.startsWith(home));
    });
    expect(faults(strays)).toEqual([]);
  });

  it('reads process.env only in lib/env.ts', () => {
    const allowed =
      /^(lib\/env\.ts|scripts\/[\w-]+\.mjs|test\/|vitest\.config\.ts|drizzle\.config\.ts|next\.config\.ts)/;
    const readers = files.filter(
      (path) => !allowed.test(path) && /process\.env/.test(withoutComments(text.get(path) ?? '')),
    );
    expect(readers).toEqual([]);
  });

  it('has no import cycle', () => {
    const next = new Map<string, string[]>();
    for (const edge of internal) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
    const done = new Set<string>();
    const cycles: string[] = [];
    const walk = (path: string, trail: string[]) => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      else if (!done.has(path)) {
        for (const to of next.get(path) ?? []) walk(to, [...trail, path]);
        done.add(path);
      }
    };
    for (const path of files) walk(path, []);
    expect(cycles).toEqual([]);
  });

  it('keeps files short', () => {
    const limit = (path: string) =>
      /^app\/.*\/route\.ts$/.test(path) ? 40 : path.endsWith('/page.tsx') ? 80 : 300;
    const long = files
      .map((path) => ({ path, lines: (text.get(path) ?? '').split('\n').length - 1 }))
      .filter(({ path, lines }) => lines > limit(path))
      .map(({ path, lines }) => `${path}: ${lines} lines`);
    expect(long).toEqual([]);
  });

  it('avoids catch-all file names and loosened types', () => {
    const vague = files.filter((path) => /(^|\/)(utils?|helpers?|managers?|misc)\.(ts|tsx|mjs)$/.test(path));
    expect(vague).toEqual([]);
    const loose = files.filter((path) =>
      /@ts-(ignore|nocheck|expect-error)/.test(withoutComments(text.get(path) ?? '')),
    );
    expect(loose.filter((path) => path !== 'test/structure.test.ts')).toEqual([]);
  });

  it('cites only paths that exist in its documents', () => {
    const documents = ['README.md', 'AGENTS.md', 'CHANGELOG.md'].filter((path) =>
      existsSync(join(root, path)),
    );
    const lost = documents.flatMap((path) => {
      const cited = readFileSync(join(root, path), 'utf8').matchAll(
        /`((?:app|components|lib|drizzle|scripts|test|docs)\/[\w./[\]-]*)`/g,
      );
      return [...cited]
        .filter(([, target = '']) => !existsSync(join(root, target)))
        .map(([, target]) => `${path}: ${target}`);
    });
    expect(lost).toEqual([]);
  });

  it('knows no path of the machine it was written on', () => {
    const leak = new RegExp(`/${'work'}/(main|shared|\\.)`);
    const leaks = files.filter((path) => leak.test(text.get(path) ?? ''));
    expect(leaks.map((path) => relative(root, join(root, path)))).toEqual([]);
  });
});
