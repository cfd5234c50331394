const node = async (left, right) => sha256(new Uint8Array([1, ...left, ...right]));
const leafHash = data => sha256(new Uint8Array([0, ...data]));

// rootFrom computes the root of a tree (RFC 6962) from a leaf and its proof.
async function rootFrom(hash, index, size, proof) {
  let fn = index, sn = size - 1;
  for(const sibling of proof) {
    if(sn === 0) { no('the proof is too long'); }
    if(fn % 2 === 1 || fn === sn) {
      hash = await node(sibling, hash);
      while(fn % 2 === 0 && fn !== 0) { fn = Math.floor(fn / 2); sn = Math.floor(sn / 2); }
    } else {
      hash = await node(hash, sibling);
    }
    fn = Math.floor(fn / 2); sn = Math.floor(sn / 2);
  }
  if(sn !== 0) { no('the proof is too short'); }
  return hash;
}

async function checkLines(document, lines) {
  const evidence = list(document.evidence).find(e => e.genre === 'Commitment');
  const found = /^ni:\/\/\/sha-256;([A-Za-z0-9_-]{43})\?lines=(\d+)$/.exec(evidence?.id ?? '');
  if(!found) { no('the certificate commits to no record'); }
  const plain = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
  for(const {index, salt, line, proof} of lines) {
    const data = new Uint8Array([...plain(salt), ...bytes(JSON.stringify(line))]);
    const root = await rootFrom(await leafHash(data), index, Number(found[2]), proof.map(plain));
    if(!same(root, base64(found[1]))) { no(`line ${index} is not what was certified`); }
  }
  return `${lines.length} lines are among those that were certified`;
}

async function checkLog(log, document, pinned) {
  if(!log) { return null; }
  if(log.log !== pinned.log) { unknown('the proof is of a log that this page does not know'); }
  const commitment = await sha256(new Uint8Array([...base64(log.salt), ...bytes(log.payload)]));
  const encoded = base64url(commitment);
  const leaf = bytes(JSON.stringify({v: 1, event: log.event, commitment: encoded}));
  const [head, ...rest] = log.proof.split('\n\n');
  const checkpoint = rest.join('\n\n'), lines = head.split('\n');
  const text = checkpoint.split('\n\n')[0] + '\n', [origin, size, root] = text.split('\n');
  const plain = t => Uint8Array.from(atob(t), c => c.charCodeAt(0));
  const [name, , key] = [pinned.log.slice(0, pinned.log.indexOf('+')), 0, pinned.log.split('+').slice(2).join('+')];
  const signature = checkpoint.split('\n\n')[1].split('\n').find(l => l.startsWith(`— ${name} `));
  if(lines[0] !== 'c2sp.org/tlog-proof@v1' || origin !== name || !signature) { no('the proof of the log is not one'); }
  const imported = await crypto.subtle.importKey('raw', plain(key).slice(1), {name: 'Ed25519'}, false, ['verify']);
  if(!await crypto.subtle.verify({name: 'Ed25519'}, imported, plain(signature.split(' ').at(-1)).slice(4), bytes(text))) { no('the checkpoint is not signed by the log’s key'); }
  const computed = await rootFrom(await leafHash(leaf), Number(lines[1].slice('index '.length)), Number(size), lines.slice(2).map(plain));
  if(!same(computed, plain(root))) { no('the entry is not in the log as the proof says'); }
  const said = JSON.parse(log.payload), digest = await sha256(bytes(document));
  if(said.document !== base64url(digest)) { no('the log tells of another certificate'); }
  return `logged no later than a log of ${size} entries`;
}
