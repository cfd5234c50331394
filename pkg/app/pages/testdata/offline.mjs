// Reads {now, script, words, pinned, cases: [{text, code}], lists: [encodedList], files:
// [base64], judge: [base64], codes: [text], pictures: [{width, height, data: base64 of RGBA}], reasons:
// [{id, args}]}, prints what the script of the page that checks a certificate on its
// own says of each.
import vm from 'node:vm';

const chunks = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}
const {now, script, words, pinned, cases = [], lists = [], files = [], judge = [], codes = [], pictures = [], reasons = []} = JSON.parse(Buffer.concat(chunks));
globalThis.DOMParser = class { parseFromString() { return {getElementsByTagNameNS: () => []}; } }; // no drawing holds a certificate here
vm.runInThisContext(script);
globalThis.speak(words, 'en-US');

async function each(values, work) {
  const out = [];
  for(const value of values) { out.push(await work(value)); }
  return out;
}
const bytesOf = text => new Uint8Array(Buffer.from(text, 'base64'));
const outcomeOf = e => e.constructor.name === 'NotValid' ? 'not_valid' : 'could_not_check';

process.stdout.write(JSON.stringify({
  answers: await each(cases, one => globalThis.palmarVerify(one.text, pinned, now, one.code)),
  lists: await each(lists, one => globalThis.unpackList(one).then(() => 'valid', outcomeOf)),
  files: await each(files, one => globalThis.readFile(bytesOf(one)).then(found => found.text, outcomeOf)),
  judged: await each(judge, async one => {
    try {
      const {text} = await globalThis.readFile(bytesOf(one));
      if(text === null) { return {outcome: 'could_not_check', checks: [{name: 'file', outcome: 'could_not_check', id: 'reason.picture_has_none'}]}; } // nor does it show a code
      return await globalThis.palmarVerify(text, pinned, now);
    } catch(e) { return {outcome: outcomeOf(e), checks: [{name: 'file', outcome: outcomeOf(e), id: e.reason?.id ?? String(e)}]}; }
  }),
  codes: codes.map(one => globalThis.codeOf(one) ?? ''),
  pictures: pictures.map(({data, ...size}) => globalThis.decodeQR({...size, data: bytesOf(data)})),
  said: reasons.map(({id, args}) => globalThis.say(id, args))
}));
