import { readFile } from 'node:fs/promises';

// Zip application note 4.3: the end record points to the central directory, one entry per file.
const END = { signature: 0x06054b50, length: 22, entries: 10, offset: 16 };
const ENTRY = {
  signature: 0x02014b50,
  length: 46,
  packed: 20,
  unpacked: 24,
  name: 28,
  extra: 30,
  comment: 32,
};

/**
 * The files of a zip archive with their sizes in bytes, in the archive's order.
 * @param {string} file
 * @returns {Promise<{ name: string, packed: number, unpacked: number }[]>}
 */
export async function listArchive(file) {
  const bytes = await readFile(file);
  const end = endRecord(bytes);
  const entries = [];
  let at = bytes.readUInt32LE(end + END.offset);
  for (let left = bytes.readUInt16LE(end + END.entries); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== ENTRY.signature) throw new Error(`${file}: damaged zip directory`);
    const nameLength = bytes.readUInt16LE(at + ENTRY.name);
    const nameAt = at + ENTRY.length;
    entries.push({
      name: bytes.toString('utf8', nameAt, nameAt + nameLength),
      packed: bytes.readUInt32LE(at + ENTRY.packed),
      unpacked: bytes.readUInt32LE(at + ENTRY.unpacked),
    });
    at = nameAt + nameLength + bytes.readUInt16LE(at + ENTRY.extra) + bytes.readUInt16LE(at + ENTRY.comment);
  }
  return entries;
}

/** @param {Buffer} bytes */
function endRecord(bytes) {
  for (let at = bytes.length - END.length; at >= 0; at -= 1) {
    if (bytes.readUInt32LE(at) === END.signature) return at;
  }
  throw new Error('Not a zip archive.');
}
