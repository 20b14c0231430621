// Tell the length of audio files as eleventy-plugin-podcaster learns it: by the same call of music-metadata.
import { parseFile } from "music-metadata";

const lengths = {};
for (const path of process.argv.slice(2)) {
  lengths[path] = (await parseFile(path, { duration: true })).format.duration ?? null;
}
console.log(JSON.stringify(lengths));
