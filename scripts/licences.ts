import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAllowed, licenceDocument, licenceTable, productionPackages } from './licences/packages';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = productionPackages(root);
const refused = packages.filter((one) => !isAllowed(one));

if (process.argv.includes('--write'))
  writeFileSync(join(root, 'docs', 'licences.md'), licenceDocument(packages));
else process.stdout.write(`${licenceTable(packages).join('\n')}\n`);

for (const { name, version, licence } of refused)
  process.stderr.write(
    `${name} ${version} has ${licence === null ? 'no licence that is known' : `the licence ${licence}, which is not allowed`}. Read it, then add it to scripts/licences/packages.ts or do without the package.\n`,
  );
if (refused.length > 0) process.exitCode = 1;
