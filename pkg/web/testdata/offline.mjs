// Reads {now, script, pinned, cases: [text], lists: [encodedList]}, prints what the
// script of the page that checks a certificate on its own says of each.
import vm from 'node:vm';

const chunks = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}
const {now, script, pinned, cases, lists} = JSON.parse(Buffer.concat(chunks));
vm.runInThisContext(script);
const answers = [], unpacked = [];
for(const text of cases ?? []) {
  answers.push(await globalThis.palmarVerify(text, pinned, now));
}
for(const encoded of lists ?? []) {
  unpacked.push(await globalThis.unpackList(encoded).then(() => 'valid', e => e.constructor.name === 'NotValid' ? 'not_valid' : 'could_not_check'));
}
process.stdout.write(JSON.stringify({answers, lists: unpacked}));
