// Reads {now, cases: [{text, pinned}]}, prints what the page that checks a
// certificate on its own says of each.
import '../../../templates/offline/verifier.js';

const chunks = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}
const {now, cases} = JSON.parse(Buffer.concat(chunks));
const out = [];
for(const {text, pinned} of cases) {
  out.push(await globalThis.palmarVerify(text, pinned, now));
}
process.stdout.write(JSON.stringify(out));
