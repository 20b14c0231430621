// Prints what podcast-partytime, the parser of the Podcast Index, finds in a feed:
// NODE_MODULES_AT=folder node partytime.mjs feed.xml
// Dates are ISO texts, what is undefined is left out, keys are sorted.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve, sep } from "node:path";

process.env.PARTYTIME_LOG = "silent"; // its log goes to stdout, where the answer belongs
const require = createRequire(resolve(process.env.NODE_MODULES_AT ?? ".") + sep);
const { parseFeed } = require("podcast-partytime");

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

const found = parseFeed(readFileSync(process.argv[2], "utf8"));
process.stdout.write(JSON.stringify(sorted(found), null, 1));
