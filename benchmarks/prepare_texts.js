// Writes the first distinct sentences of npm's nlp-corpus as JSON lines:
//   node prepare_texts.js UNPACKED_PACKAGE ROWS OUTPUT
const fs = require('fs');
const path = require('path');

const [packageFolder, rows, output] = process.argv.slice(2);
const wanted = Number(rows);
const texts = new Set();
for (let part = 0; texts.size < wanted; part++) {
  const file = path.join(packageFolder, 'builds', `doc-${part}.json`);
  for (const text of JSON.parse(fs.readFileSync(file, 'utf8'))) {
    // Blank texts are left out: langchain4j refuses them.
    if (text.trim() !== '' && texts.size < wanted) texts.add(text);
  }
}
const lines = Array.from(texts, (text, id) => JSON.stringify({ id, text }));
fs.writeFileSync(output, lines.join('\n') + '\n');
