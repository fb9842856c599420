// Makes the .vsix from dist/ and prints what it holds. `npm run package` builds first.
import { surprisesIn } from './package/allowedFiles.mjs';
import { makePackage } from './package/makePackage.mjs';
import { sizeText } from './package/sizeText.mjs';

const { file, bytes, files } = await makePackage();
for (const { name, packed } of files.toSorted((one, other) => other.packed - one.packed).slice(0, 8)) {
  console.log(`${sizeText(packed).padStart(9)}  ${name}`);
}
const surprises = surprisesIn(files.map(({ name }) => name));
for (const surprise of surprises) console.error(`package: ${surprise}`);
console.log(`${file}: ${String(files.length)} files, ${sizeText(bytes)}`);
process.exitCode = surprises.length > 0 ? 1 : 0;
