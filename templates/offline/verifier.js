'use strict';
// Checks a certificate with nothing but this page: the two signed forms, the
// status list and the proof of the log in a package, and shown lines of hours.
// It knows the shape that Palmar issues and no other: what it does not know is
// never taken for checked.
const OB = 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#', VC = 'https://www.w3.org/2018/credentials#';
const SCHEMA = 'https://schema.org/', STATUS = 'https://www.w3.org/ns/credentials/status#', SEC = 'https://w3id.org/security#';
const XSD1 = 'http://www.w3.org/2001/XMLSchema#', XSD2 = 'https://www.w3.org/2001/XMLSchema#';
const TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const CONTEXTS = ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json', 'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json'];

// [address, what it holds]: t text, i an address, o an object of a class, or a
// datatype.
const named = {name: [SCHEMA + 'name', 't']};
const CLASSES = {
  VerifiableCredential: {types: {VerifiableCredential: VC + 'VerifiableCredential', OpenBadgeCredential: OB + 'OpenBadgeCredential'}, terms: {
    ...named, issuer: [VC + 'issuer', 'oProfile'], validFrom: [VC + 'validFrom', XSD1 + 'dateTime'], validUntil: [VC + 'validUntil', XSD1 + 'dateTime'],
    credentialSubject: [VC + 'credentialSubject', 'oAchievementSubject'], evidence: [VC + 'evidence', 'oEvidence'],
    credentialStatus: [VC + 'credentialStatus', 'oBitstringStatusListEntry'], credentialSchema: [VC + 'credentialSchema', 'o1EdTechJsonSchemaValidator2019']}},
  Profile: {types: {Profile: OB + 'Profile'}, terms: {...named, url: [SCHEMA + 'url', XSD2 + 'anyURI']}},
  AchievementSubject: {types: {AchievementSubject: OB + 'AchievementSubject'}, terms: {
    identifier: [OB + 'identifier', 'oIdentityObject'], licenseNumber: [OB + 'licenseNumber', 't'], activityStartDate: [OB + 'activityStartDate', XSD2 + 'date'],
    activityEndDate: [OB + 'activityEndDate', XSD2 + 'date'], achievement: [OB + 'achievement', 'oAchievement'], result: [OB + 'result', 'oResult']}},
  IdentityObject: {types: {IdentityObject: OB + 'IdentityObject'}, terms: {
    hashed: [OB + 'hashed', XSD2 + 'boolean'], identityHash: [OB + 'identityHash', 't'], identityType: [OB + 'identityType', 't'], salt: [OB + 'salt', 't']}},
  Achievement: {types: {Achievement: OB + 'Achievement'}, terms: {
    ...named, achievementType: [OB + 'achievementType', 't'], description: [SCHEMA + 'description', 't'], criteria: [OB + 'Criteria', 'oCriteria'],
    alignment: [OB + 'alignment', 'oAlignment'], resultDescription: [OB + 'resultDescription', 'oResultDescription']}},
  Criteria: {types: null, terms: {narrative: [OB + 'narrative', 't']}},
  Alignment: {types: {Alignment: SCHEMA + 'AlignmentObject'}, terms: {
    targetName: [SCHEMA + 'targetName', 't'], targetUrl: [SCHEMA + 'targetUrl', XSD2 + 'anyURI'], targetFramework: [SCHEMA + 'targetFramework', 't'], targetCode: [OB + 'targetCode', 't']}},
  ResultDescription: {types: {ResultDescription: OB + 'ResultDescription'}, terms: {...named, resultType: [OB + 'resultType', 't'], requiredValue: [OB + 'requiredValue', 't']}},
  Result: {types: {Result: OB + 'Result'}, terms: {resultDescription: [OB + 'resultDescription', XSD2 + 'anyURI'], value: [SCHEMA + 'value', 't']}},
  Evidence: {types: {Evidence: OB + 'Evidence'}, terms: {...named, narrative: [OB + 'narrative', 't'], genre: [SCHEMA + 'genre', 't']}},
  BitstringStatusListEntry: {types: {BitstringStatusListEntry: STATUS + 'BitstringStatusListEntry'}, terms: {
    statusPurpose: [STATUS + 'statusPurpose', 't'], statusListIndex: [STATUS + 'statusListIndex', 't'], statusListCredential: [STATUS + 'statusListCredential', 'i']}},
  '1EdTechJsonSchemaValidator2019': {types: {'1EdTechJsonSchemaValidator2019': 'https://purl.imsglobal.org/spec/vccs/v1p0/context.json#1EdTechJsonSchemaValidator2019'}, terms: {}},
  BitstringStatusListCredential: {types: {VerifiableCredential: VC + 'VerifiableCredential', BitstringStatusListCredential: STATUS + 'BitstringStatusListCredential'}, terms: {
    issuer: [VC + 'issuer', 'i'], validFrom: [VC + 'validFrom', XSD1 + 'dateTime'], validUntil: [VC + 'validUntil', XSD1 + 'dateTime'], credentialSubject: [VC + 'credentialSubject', 'oBitstringStatusList']}},
  BitstringStatusList: {types: {BitstringStatusList: STATUS + 'BitstringStatusList'}, terms: {
    statusPurpose: [STATUS + 'statusPurpose', 't'], ttl: [STATUS + 'ttl', XSD1 + 'integer'], encodedList: [STATUS + 'encodedList', SEC + 'multibase']}}
};

class NotValid extends Error {}
class CouldNotCheck extends Error {}
const no = text => { throw new NotValid(text); };
const unknown = text => { throw new CouldNotCheck(text); };
const list = value => value === undefined ? [] : Array.isArray(value) ? value : [value];
const bytes = text => new TextEncoder().encode(text);
const sha256 = async data => new Uint8Array(await crypto.subtle.digest('SHA-256', data));
const hex = data => [...data].map(b => b.toString(16).padStart(2, '0')).join('');
const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

function base64(text) {
  if(!/^[A-Za-z0-9_-]*$/.test(text)) { no('something is not written in base64url'); }
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
}

function base58(text) {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const out = [0];
  for(const c of text) {
    let carry = alphabet.indexOf(c);
    if(carry < 0) { no('something is not written in base58'); }
    for(let i = 0; i < out.length; i++) { carry += out[i] * 58; out[i] = carry & 255; carry >>= 8; }
    while(carry) { out.push(carry & 255); carry >>= 8; }
  }
  for(const c of text) { if(c !== '1') { break; } out.push(0); }
  return Uint8Array.from(out.reverse());
}

// strictJSON refuses a name that occurs twice in one object, and text that
// programs read differently.
function strictJSON(text) {
  let value;
  try { value = JSON.parse(text); } catch { no('the document is not JSON'); }
  const open = [];
  let expectName = false;
  for(const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    const top = open.at(-1);
    if(token === '{') { open.push(new Set()); expectName = true; }
    else if(token === '[') { open.push(null); expectName = false; }
    else if(token === '}' || token === ']') { open.pop(); expectName = false; }
    else if(token === ',') { expectName = open.at(-1) !== null; }
    else if(token === ':') { expectName = false; }
    else if(expectName && top) {
      const name = JSON.parse(token);
      if(top.has(name)) { no(`the name "${name}" occurs twice in one object`); }
      top.add(name);
    }
    if(token[0] === '"' && /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069\ufffd]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(JSON.parse(token))) {
      no('a text contains a character that can be hidden');
    }
  }
  if(value === null || typeof value !== 'object' || Array.isArray(value)) { no('the document is not a JSON object'); }
  return value;
}

const iri = text => typeof text === 'string' && /^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|\\^`]*$/.test(text) ? `<${text}>` : no(`"${text}" is no address`);
const literal = (text, datatype) => `"${text.replace(/[\\"\n\r\t]/g, c => ({'\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t'})[c])}"` + (datatype ? `^^<${datatype}>` : '');

// quads turns an object of a known class into RDF. Anything that the table does
// not know makes the document one that is not checked here.
function quads(object, kind, out, blank) {
  const {types, terms} = CLASSES[kind];
  if(object === null || typeof object !== 'object' || Array.isArray(object)) { no(`${kind} is no object`); }
  const subject = object.id === undefined ? `_:b${blank.n++}` : iri(object.id);
  for(const [name, value] of Object.entries(object)) {
    if(name === '@context' || name === 'id') { continue; }
    if(name === 'type') {
      for(const t of list(value)) {
        if(!types?.[t]) { unknown(`the type "${t}" is not one that this page reads`); }
        out.push([subject, `<${TYPE}>`, `<${types[t]}>`]);
      }
      continue;
    }
    if(!Object.hasOwn(terms, name)) { no(`the term "${name}" is not one that the certificate may have there`); }
    const [predicate, holds] = terms[name];
    for(const entry of list(value)) {
      out.push([subject, `<${predicate}>`, term(entry, holds, name, out, blank)]);
    }
  }
  return subject;
}

function term(entry, holds, name, out, blank) {
  if(holds[0] === 'o' && CLASSES[holds.slice(1)]) { return quads(entry, holds.slice(1), out, blank); }
  if(holds === 'i') { return iri(entry); }
  const number = holds === XSD1 + 'integer';
  if(number ? !Number.isInteger(entry) : typeof entry !== 'string' && !(holds === XSD2 + 'boolean' && typeof entry === 'boolean')) { no(`"${name}" holds what it should not`); }
  return literal(String(entry), holds === 't' ? '' : holds);
}

// canonical names the objects without an id by what is said of them (RDFC-1.0;
// here no two of them are ever alike).
async function canonical(object, kind) {
  const all = [];
  quads(object, kind, all, {n: 0});
  const line = (quad, name) => quad.map(t => t.startsWith('_:') ? name(t) : t).join(' ') + ' .\n';
  const blanks = new Set(all.flat().filter(t => t.startsWith('_:')));
  const hashes = [];
  for(const b of blanks) {
    const lines = all.filter(q => q.includes(b)).map(q => line(q, t => t === b ? '_:a' : '_:z'));
    hashes.push([hex(await sha256(bytes([...new Set(lines.sort(byCodePoint))].join('')))), b]);
  }
  if(new Set(hashes.map(h => h[0])).size !== hashes.length) { unknown('two objects of the document are too much alike'); }
  const names = new Map(hashes.sort((a, b) => byCodePoint(a[0], b[0])).map(([, b], i) => [b, `_:c14n${i}`]));
  return [...new Set(all.map(q => line(q, t => names.get(t))).sort(byCodePoint))].join('');
}

function byCodePoint(a, b) {
  const x = bytes(a), y = bytes(b);
  for(let i = 0; i < x.length && i < y.length; i++) { if(x[i] !== y[i]) { return x[i] - y[i]; } }
  return x.length - y.length;
}

// The issuers that this page trusts: {did: {name, keys: {id: JWK}, revoked: [id]}}.
async function keyOf(pinned, issuer, id) {
  const school = pinned.issuers[issuer];
  if(!school) { unknown(`the issuer ${issuer} is not one that this page knows`); }
  if(!Object.hasOwn(school.keys, id)) { no('the key is not one that the issuer signs with'); }
  return {jwk: school.keys[id], name: school.name};
}

async function verifyProof(document, kind, pinned, issuer, now) {
  const proofs = list(document.proof);
  if(proofs.length !== 1) { no('the document is not signed once'); }
  const proof = proofs[0];
  const keys = Object.keys(proof ?? {}).sort().join();
  if(keys !== 'created,cryptosuite,proofPurpose,proofValue,type,verificationMethod' || proof.type !== 'DataIntegrityProof' || proof.cryptosuite !== 'eddsa-rdfc-2022' || proof.proofPurpose !== 'assertionMethod') {
    no('the proof is not one of eddsa-rdfc-2022');
  }
  const want = kind === 'VerifiableCredential' ? CONTEXTS : CONTEXTS.slice(0, 1);
  if(!same(list(document['@context']), want)) { unknown('the vocabularies are not those that this page reads'); }
  if(Date.parse(proof.created) > now + 300000) { no('the signature is dated after this check'); }
  if(!String(proof.verificationMethod).startsWith(issuer + '#')) { no('the key is not the issuer’s'); }
  const {jwk} = await keyOf(pinned, issuer, proof.verificationMethod);
  if(jwk.crv !== 'Ed25519') { no('the key does not sign proofs'); }
  const config = [['created', literal(proof.created, XSD1 + 'dateTime'), 'http://purl.org/dc/terms/'], ['type', '<' + SEC + 'DataIntegrityProof>'],
    ['cryptosuite', literal(proof.cryptosuite, SEC + 'cryptosuiteString'), SEC], ['proofPurpose', '<' + SEC + 'assertionMethod>', SEC], ['verificationMethod', iri(proof.verificationMethod), SEC]]
    .map(([name, object, base]) => `_:c14n0 <${base ? base + name : TYPE}> ${object} .\n`).join('');
  const {proof: _, ...unsigned} = document;
  const message = new Uint8Array([...await sha256(bytes(config)), ...await sha256(bytes(await canonical(unsigned, kind)))]);
  if(proof.proofValue?.[0] !== 'z') { no('the signature is not written in base58'); }
  let key;
  try { key = await crypto.subtle.importKey('jwk', jwk, {name: 'Ed25519'}, false, ['verify']); } catch { unknown('this browser does not know Ed25519: use a newer one, or check the JWT'); }
  if(!await crypto.subtle.verify({name: 'Ed25519'}, key, base58(proof.proofValue.slice(1)), message)) { no('something was changed after the issuer signed, or another key signed'); }
}

async function verifyJWT(token, pinned) {
  const parts = token.trim().split('.');
  if(parts.length !== 3) { no('the document is not a JWT'); }
  const utf8 = new TextDecoder('utf-8', {fatal: true});
  const header = strictJSON(utf8.decode(base64(parts[0]))), document = strictJSON(utf8.decode(base64(parts[1])));
  if(header.alg !== 'ES256' || header.crit || header.typ && header.typ !== 'vc+jwt') { no('the JWT is not signed with ES256 as a credential'); }
  const issuer = document.issuer?.id;
  if(!String(header.kid).startsWith(issuer + '#')) { no('the key is not the issuer’s'); }
  const {jwk} = await keyOf(pinned, issuer, header.kid);
  const key = await crypto.subtle.importKey('jwk', jwk, {name: 'ECDSA', namedCurve: 'P-256'}, false, ['verify']);
  if(!await crypto.subtle.verify({name: 'ECDSA', hash: 'SHA-256'}, key, base64(parts[2]), bytes(parts[0] + '.' + parts[1]))) { no('something was changed after the issuer signed, or another key signed'); }
  const claims = {iss: issuer, jti: document.id, sub: document.credentialSubject?.id, nbf: Date.parse(document.validFrom) / 1000, exp: document.validUntil && Date.parse(document.validUntil) / 1000};
  for(const [name, value] of Object.entries(claims)) {
    if(name in document && document[name] !== value) { no(`the claim "${name}" differs from the credential`); }
    delete document[name];
  }
  delete document.iat;
  return document;
}

async function checkStatus(document, packed, pinned, now) {
  const entry = document.credentialStatus;
  if(!entry) { return 'it names no status list'; }
  if(!packed) { unknown('whether it was revoked cannot be looked up without a network: check the whole package, or open its link'); }
  const published = strictJSON(packed);
  if(published.id !== entry.statusListCredential || published.credentialSubject?.statusPurpose !== entry.statusPurpose) { unknown('the status list in the package is another'); }
  try {
    await verifyProof(published, 'BitstringStatusListCredential', pinned, published.issuer, now);
  } catch(e) { unknown('the status list in the package is not genuine: ' + e.message); }
  if(Date.parse(published.validUntil) <= now) { unknown('the status list in the package has run out; download the package again'); }
  const packedBits = base64(String(published.credentialSubject.encodedList).slice(1));
  const bits = new Uint8Array(await new Response(new Blob([packedBits]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
  const index = Number(entry.statusListIndex);
  if(!(index < bits.length * 8)) { unknown('the status list has no such entry'); }
  if(bits[index >> 3] & (0x80 >> (index & 7))) { no('the issuer’s status list says that it is revoked'); }
  return `not revoked when the package was made (${published.validFrom.slice(0, 10)})`;
}

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
  const encoded = btoa(String.fromCharCode(...commitment)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
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
  if(said.document !== btoa(String.fromCharCode(...digest)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')) { no('the log tells of another certificate'); }
  return `logged no later than a log of ${size} entries`;
}

// palmarVerify checks a text and gives {outcome, checks: [{name, outcome, detail}],
// says}. It never throws.
async function palmarVerify(text, pinned, now) {
  const checks = [];
  const check = async (name, work) => {
    try {
      const detail = await work();
      if(detail !== null) { checks.push({name, outcome: 'valid', detail: detail ?? ''}); }
    } catch(e) {
      checks.push({name, outcome: e instanceof NotValid ? 'not_valid' : 'could_not_check', detail: e.message});
    }
  };
  let says = null;
  await check('signature', async () => {
    let outer = null, raw = text.trim();
    if(!raw.startsWith('ey')) {
      outer = JSON.parse(JSON.stringify(strictJSON(raw)));
      raw = typeof outer.document === 'string' ? outer.document : outer.lines ? (typeof outer.credential === 'string' ? outer.credential : JSON.stringify(outer.credential)) : raw;
    }
    const jwt = raw.trim().startsWith('ey');
    const document = jwt ? await verifyJWT(raw, pinned) : strictJSON(raw);
    if(!jwt) { await verifyProof(document, 'VerifiableCredential', pinned, document.issuer?.id, now); } else { await canonical(document, 'VerifiableCredential'); }
    says = describe(document, pinned);
    await check('dates', () => {
      if(!(Date.parse(document.validFrom) <= now + 300000)) { no('it is not valid yet'); }
      if(document.validUntil && !(Date.parse(document.validUntil) > now)) { no(`it was valid until ${document.validUntil.slice(0, 10)}`); }
      return 'valid today';
    });
    await check('status', () => checkStatus(document, outer?.status_list, pinned, now));
    if(outer?.lines) { await check('lines', () => checkLines(document, outer.lines)); says.lines = outer.lines.map(l => l.line); }
    await check('log', () => checkLog(outer?.log, outer?.document, pinned));
    return 'what is written is what the issuer signed';
  });
  const outcome = checks.some(c => c.outcome === 'not_valid') ? 'not_valid' : checks.some(c => c.outcome !== 'valid') ? 'could_not_check' : 'valid';
  return {outcome, checks, says: outcome === 'not_valid' ? null : says};
}

function describe(document, pinned) {
  const subject = document.credentialSubject;
  const total = list(subject.result).find(r => String(r.resultDescription).endsWith('#minutes'));
  return {
    holder: list(subject.identifier).find(i => i.identityType === 'name' && i.hashed === false)?.identityHash ?? '',
    title: subject.achievement.name, school: pinned.issuers[document.issuer.id].name, minutes: total ? Number(total.value) : 0,
    issued: document.validFrom.slice(0, 10), link: document.id, licence: subject.licenseNumber ?? ''
  };
}

globalThis.palmarVerify = palmarVerify;
