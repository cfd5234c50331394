const MOST_SHOWN = 5000, MOST_LINES = 100000;

const node = async (left, right) => sha256(new Uint8Array([1, ...left, ...right]));
const leafHash = data => sha256(new Uint8Array([0, ...data]));

function plain(text, size) {
  let data;
  try { data = Uint8Array.from(atob(text), c => c.charCodeAt(0)); } catch { no('reason.not_base64'); }
  if(size && data.length !== size) { no('reason.wrong_size', {bytes: size}); }
  return data;
}

// rootFrom computes the root of a tree (RFC 6962) from a leaf and its proof.
async function rootFrom(hash, index, size, proof) {
  if(!Number.isInteger(index) || index < 0 || index >= size) { no('reason.no_such_line', {line: String(index)}); }
  let fn = index, sn = size - 1;
  for(const sibling of proof) {
    if(sn === 0) { no('reason.proof_too_long'); }
    if(fn % 2 === 1 || fn === sn) {
      hash = await node(sibling, hash);
      while(fn % 2 === 0 && fn !== 0) { fn = Math.floor(fn / 2); sn = Math.floor(sn / 2); }
    } else {
      hash = await node(hash, sibling);
    }
    fn = Math.floor(fn / 2); sn = Math.floor(sn / 2);
  }
  if(sn !== 0) { no('reason.proof_too_short'); }
  return hash;
}

// plainString writes a text as the lines of a record were written when they were
// hashed, however it is escaped here.
const plainString = text => JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));

// lineTexts gives the text of each line of a disclosure without white space. What
// JSON.parse has read does not do: it is the text that was hashed.
function lineTexts(text) {
  const open = [], out = [];
  let kept = null;
  for(const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g)) {
    const top = open.at(-1), naming = top?.naming;
    if(token === '}' || token === ']') { open.pop(); }
    if(kept === null && token !== ':' && token !== ',' && !naming && open.length === 3 && open[0].name === 'lines' && open[1].name === null && open[2].name === 'line') {
      if(token !== '}') { kept = ''; }
    }
    if(kept !== null) {
      kept += token[0] === '"' ? plainString(JSON.parse(token)) : token;
    }
    if(token === '{') { open.push({name: '', naming: true}); }
    else if(token === '[') { open.push({name: null, naming: false}); }
    else if(token === ',' && top.name !== null) { top.naming = true; }
    else if(token === ':') { top.naming = false; }
    else if(naming && token[0] === '"') { top.name = JSON.parse(token); }
    if(kept !== null && open.length === 3) { out.push(kept); kept = null; }
  }
  return out;
}

async function checkLines(document, {lines, texts}) {
  const evidence = list(document.evidence).find(e => e.genre === 'Commitment');
  const found = /^ni:\/\/\/sha-256;([A-Za-z0-9_-]{43})\?lines=([1-9]\d{0,5})$/.exec(evidence?.id ?? '');
  if(!found || Number(found[2]) > MOST_LINES) { no('reason.no_record'); }
  if(lines.length > MOST_SHOWN) { unknown('reason.too_many_lines', {most: MOST_SHOWN}); }
  if(texts.length !== lines.length) { no('reason.lines_unclear'); }
  const seen = new Set();
  for(const [i, {index, salt, proof}] of lines.entries()) {
    if(seen.has(index)) { no('reason.line_twice', {line: index}); }
    seen.add(index);
    const data = new Uint8Array([...plain(salt, 16), ...bytes(texts[i])]);
    const root = await rootFrom(await leafHash(data), index, Number(found[2]), list(proof ?? []).map(hash => plain(hash, 32)));
    if(!same(root, base64(found[1]))) { no('reason.line_changed', {line: index}); }
  }
  return reason('reason.lines_certified', {count: lines.length});
}

// checkLog holds the certificate of a package against its proof that the log
// has its issue.
async function checkLog(pack, pinned) {
  if(!pack?.log) { return null; }
  try { return await confirmLog(pack, pinned); } catch(e) { throw e.reason ? e : new NotValid('reason.bad_log_proof'); } // it is no proof at all
}

async function confirmLog(pack, pinned) {
  const log = pack.log;
  const commitment = await sha256(new Uint8Array([...base64(log.salt), ...bytes(log.payload)]));
  const leaf = bytes(JSON.stringify({v: 1, event: log.event, commitment: base64url(commitment)}));
  const [head, ...rest] = log.proof.split('\n\n');
  const checkpoint = rest.join('\n\n'), lines = head.split('\n');
  const text = checkpoint.split('\n\n')[0] + '\n', [origin, size, root] = text.split('\n');
  const name = log.log.slice(0, log.log.indexOf('+')), key = log.log.split('+').slice(2).join('+');
  const signature = checkpoint.split('\n\n')[1].split('\n').find(l => l.startsWith(`— ${name} `));
  if(lines[0] !== 'c2sp.org/tlog-proof@v1' || origin !== name || !signature) { no('reason.bad_log_proof'); }
  const imported = await crypto.subtle.importKey('raw', plain(key).slice(1), {name: 'Ed25519'}, false, ['verify']);
  if(!await crypto.subtle.verify({name: 'Ed25519'}, imported, plain(signature.split(' ').at(-1)).slice(4), bytes(text))) { no('reason.log_not_signed'); }
  const computed = await rootFrom(await leafHash(leaf), Number(lines[1].slice('index '.length)), Number(size), lines.slice(2).map(hash => plain(hash, 32)));
  if(!same(computed, plain(root))) { no('reason.not_in_log'); }
  const said = JSON.parse(log.payload);
  const digest = async signed => base64url(await sha256(bytes(signed)));
  if(said.document !== await digest(pack.document) || pack.jwt && said.jwt !== await digest(pack.jwt)) { no('reason.log_of_another'); }
  // With a key that nobody knows the proof can be shown false, but not true.
  if(!pinned.logs?.includes(log.log)) { unknown('reason.unknown_log'); }
  return reason('reason.logged', {count: Number(size)});
}
