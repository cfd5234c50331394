// Checks a certificate with nothing but this page: the two signed forms, the
// status list and the proof of the log in a package, and shown lines of hours.
// It knows the shape that Palmar issues and no other: what it does not know is
// never taken for checked.
const OB = 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#', VC = 'https://www.w3.org/2018/credentials#';
const SCHEMA = 'https://schema.org/', STATUS = 'https://www.w3.org/ns/credentials/status#', SEC = 'https://w3id.org/security#';
const XSD1 = 'http://www.w3.org/2001/XMLSchema#', XSD2 = 'https://www.w3.org/2001/XMLSchema#';
const TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const MOST_DOCUMENT = 256 << 10, MOST_WRAPPED = 8 << 20, MOST_DEEP = 24;
const SKEW = 300000; // how far an issuer's clock may be ahead, in ms
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

const list = value => value === undefined ? [] : Array.isArray(value) ? value : [value];
// trimmed takes the white space of JSON off both ends, in one pass.
function trimmed(text) {
  let from = 0, to = text.length;
  while(from < to && ' \t\r\n'.includes(text[from])) { from++; }
  while(to > from && ' \t\r\n'.includes(text[to - 1])) { to--; }
  return text.slice(from, to);
}

const bytes = text => new TextEncoder().encode(text);
const sha256 = async data => new Uint8Array(await crypto.subtle.digest('SHA-256', data));
const hex = data => [...data].map(b => b.toString(16).padStart(2, '0')).join('');
const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

function base64(text) {
  if(!/^[A-Za-z0-9_-]*$/.test(text)) { no('reason.not_base64url'); }
  let binary;
  try { binary = atob(text.replaceAll('-', '+').replaceAll('_', '/')); } catch { no('reason.not_base64url'); }
  const data = Uint8Array.from(binary, c => c.charCodeAt(0));
  if(base64url(data) !== text) { no('reason.not_base64url'); }
  return data;
}

const base64url = data => btoa(Array.from(data, b => String.fromCharCode(b)).join('')).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

function base58(text) {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const out = [0];
  for(const c of text) {
    let carry = alphabet.indexOf(c);
    if(carry < 0) { no('reason.not_base58'); }
    for(let i = 0; i < out.length; i++) { carry += out[i] * 58; out[i] = carry & 255; carry >>= 8; }
    while(carry) { out.push(carry & 255); carry >>= 8; }
  }
  for(const c of text) { if(c !== '1') { break; } out.push(0); }
  return Uint8Array.from(out.reverse());
}

// strictJSON refuses a name that occurs twice in one object, and text that
// programs read differently.
function strictJSON(text, most = MOST_DOCUMENT) {
  let value;
  if(bytes(text).length > most) { unknown('reason.too_large', {kilobytes: most >> 10}); }
  try { value = JSON.parse(text); } catch { unknown('reason.not_json'); }
  const open = [];
  let expectName = false;
  for(const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|null/g)) {
    const top = open.at(-1);
    if(token === 'null') { unknown('reason.has_null'); }
    if(open.length > MOST_DEEP) { unknown('reason.too_deep', {levels: MOST_DEEP}); }
    if(token === '{') { open.push(new Set()); expectName = true; }
    else if(token === '[') { open.push(null); expectName = false; }
    else if(token === '}' || token === ']') { open.pop(); expectName = false; }
    else if(token === ',') { expectName = open.at(-1) !== null; }
    else if(token === ':') { expectName = false; }
    else if(expectName && top) {
      const name = JSON.parse(token);
      if(top.has(name)) { no('reason.name_twice', {name}); }
      top.add(name);
    }
    if(token[0] === '"' && /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069\ufffd]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(JSON.parse(token))) {
      no('reason.hidden_character');
    }
  }
  if(value === null || typeof value !== 'object' || Array.isArray(value)) { unknown('reason.not_object'); }
  return value;
}

const iri = text => typeof text === 'string' && /^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|\\^\u0060]*$/.test(text) ? `<${text}>` : no('reason.not_an_address', {text: String(text)});
const literal = (text, datatype) => `"${text.replace(/[\\"\n\r\t]/g, c => ({'\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t'})[c])}"` + (datatype ? `^^<${datatype}>` : '');

// quads turns an object of a known class into RDF. Anything that the table does
// not know makes the document one that is not checked here.
function quads(object, kind, out, blank) {
  const {types, terms} = CLASSES[kind];
  if(object === null || typeof object !== 'object' || Array.isArray(object)) { no('reason.part_not_object', {part: kind}); }
  const subject = object.id === undefined ? `_:b${blank.n++}` : iri(object.id);
  for(const [name, value] of Object.entries(object)) {
    if(name === '@context' || name === 'id') { continue; }
    if(name === 'type') {
      for(const t of list(value)) {
        if(!types?.[t]) { no('reason.undefined_type', {type: String(t)}); }
        out.push([subject, `<${TYPE}>`, `<${types[t]}>`]);
      }
      continue;
    }
    if(!Object.hasOwn(terms, name)) { no('reason.undefined_term', {term: name}); }
    const [predicate, holds] = terms[name];
    for(const entry of list(value)) {
      out.push([subject, `<${predicate}>`, term(entry, holds, name, out, blank)]);
    }
  }
  return subject;
}

function term(entry, holds, name, out, blank) {
  if(holds === 'oProfile' && typeof entry === 'string') { return iri(entry); } // an issuer that is named alone
  if(holds[0] === 'o' && CLASSES[holds.slice(1)]) { return quads(entry, holds.slice(1), out, blank); }
  if(holds === 'i') { return iri(entry); }
  const number = holds === XSD1 + 'integer';
  if(number ? !Number.isInteger(entry) : typeof entry !== 'string' && !(holds === XSD2 + 'boolean' && typeof entry === 'boolean')) { no('reason.wrong_value', {term: name}); }
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
  if(new Set(hashes.map(h => h[0])).size !== hashes.length) { unknown('reason.parts_alike'); }
  const names = new Map(hashes.sort((a, b) => byCodePoint(a[0], b[0])).map(([, b], i) => [b, `_:c14n${i}`]));
  return [...new Set(all.map(q => line(q, t => names.get(t))).sort(byCodePoint))].join('');
}

function byCodePoint(a, b) {
  const x = bytes(a), y = bytes(b);
  for(let i = 0; i < x.length && i < y.length; i++) { if(x[i] !== y[i]) { return x[i] - y[i]; } }
  return x.length - y.length;
}

// held refuses what is dated before a key existed, or after it was retired. Dates are
// whole seconds in a signature.
function held({from, until}, signed) {
  const since = from ? Math.floor(Date.parse(from) / 1000) * 1000 : NaN, end = until ? Date.parse(until) : NaN;
  if(Number.isNaN(since) && Number.isNaN(end)) { return; }
  if(Number.isNaN(signed)) { if(until) { unknown('reason.key_retired_undated', {retired: until}); } unknown('reason.signature_undated'); }
  if(signed < since) { no('reason.key_later', {created: from, signed: new Date(signed).toISOString()}); }
  if(signed > end) { no('reason.key_retired', {retired: until, signed: new Date(signed).toISOString()}); }
}

// The issuers that this page trusts: {did: {name, keys: {id: {jwk, from, until}}}}.
function keyOf(pinned, issuer, id) {
  if(!/^did:[^:]+:./.test(issuer)) { no('reason.not_a_did', {text: String(issuer)}); }
  if(!String(id).startsWith(issuer + '#')) { no('reason.key_of_another'); }
  const school = Object.hasOwn(pinned.issuers, issuer) ? pinned.issuers[issuer] : null;
  if(!school) { unknown('reason.unknown_issuer', {issuer: String(issuer)}); }
  if(!Object.hasOwn(school.keys, id)) { no('reason.unknown_key'); }
  return school.keys[id];
}

// oneProof gives the only proof of a document.
function oneProof(document) {
  const proofs = list(document.proof);
  if(proofs.length === 0) { no('reason.not_signed'); }
  otherSignature(document.proof);
  const [proof] = proofs, keys = Object.keys(proof ?? {}).sort().join();
  if(keys !== 'created,cryptosuite,proofPurpose,proofValue,type,verificationMethod' || proof.type !== 'DataIntegrityProof' || proof.cryptosuite !== 'eddsa-rdfc-2022' || proof.proofPurpose !== 'assertionMethod') {
    no('reason.bad_proof');
  }
  return proof;
}

// proofKey finds the key of a proof.
function proofKey(proof, pinned, issuer) {
  const key = keyOf(pinned, issuer, proof.verificationMethod);
  if(key.jwk.crv !== 'Ed25519') { no('reason.key_not_for_format'); }
  return key;
}

async function verifyProof(document, kind, {jwk}) {
  const proof = oneProof(document);
  const config = [['created', literal(proof.created, XSD1 + 'dateTime'), 'http://purl.org/dc/terms/'], ['type', '<' + SEC + 'DataIntegrityProof>'],
    ['cryptosuite', literal(proof.cryptosuite, SEC + 'cryptosuiteString'), SEC], ['proofPurpose', '<' + SEC + 'assertionMethod>', SEC], ['verificationMethod', iri(proof.verificationMethod), SEC]]
    .map(([name, object, base]) => `_:c14n0 <${base ? base + name : TYPE}> ${object} .\n`).join('');
  const {proof: _, ...unsigned} = document;
  const message = new Uint8Array([...await sha256(bytes(config)), ...await sha256(bytes(await canonical(unsigned, kind)))]);
  if(typeof proof.proofValue !== 'string' || !/^z.{1,119}$/.test(proof.proofValue)) { no('reason.not_base58'); }
  const signature = base58(proof.proofValue.slice(1));
  if(signature.length !== 64) { no('reason.wrong_size', {bytes: 64}); }
  let key;
  try { key = await crypto.subtle.importKey('jwk', jwk, {name: 'Ed25519'}, false, ['verify']); } catch { unknown('reason.old_browser'); }
  if(!await crypto.subtle.verify({name: 'Ed25519'}, key, signature, message)) { no('reason.changed'); }
}

// readJWT takes a JWT apart: {payload, document, kid, signature, signed}.
function readJWT(token) {
  const parts = token.split('.').map(part => { try { return base64(part); } catch { return null; } });
  if(parts.length !== 3 || parts.includes(null)) { unknown('reason.not_jwt'); }
  const text = part => { try { return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(part); } catch { unknown('reason.not_utf8'); } };
  const header = strictJSON(text(parts[0]));
  if(['RS256', 'ES384', 'EdDSA', 'ES256K', 'PS256'].includes(header.alg)) { unknown('reason.jwt_other_algorithm', {algorithm: header.alg}); }
  if(header.alg !== 'ES256' || header.typ !== undefined && header.typ !== 'vc+jwt' && header.typ !== 'JWT') { no('reason.jwt_not_signed'); }
  const other = Object.keys(header).find(name => !['alg', 'typ', 'cty', 'kid', 'iss'].includes(name));
  if(other) { unknown('reason.jwt_other_header', {header: other}); }
  const payload = strictJSON(text(parts[1]));
  const document = Object.fromEntries(Object.entries(payload).filter(([name]) => !JWT_CLAIMS.includes(name)));
  return {payload, document, kid: header.kid ?? '', signature: parts[2], signed: bytes(token.slice(0, token.lastIndexOf('.')))};
}

const JWT_CLAIMS = ['iss', 'jti', 'sub', 'nbf', 'exp', 'iat'];

// checkClaims refuses a JWT whose claims say otherwise than its credential.
function checkClaims({payload, document}) {
  const seconds = text => text === undefined ? undefined : Math.floor(Date.parse(text) / 1000);
  const claims = {iss: issuerID(document), jti: document.id, sub: document.credentialSubject?.id, nbf: seconds(document.validFrom), exp: seconds(document.validUntil)};
  for(const [name, value] of Object.entries(claims)) {
    if(name in payload && payload[name] !== value) { no('reason.jwt_claim_differs', {claim: name}); }
  }
}

// jwtSigned is when a JWT says that it was signed, or else from when it is valid.
const jwtSigned = ({payload, document}) => typeof payload.iat === 'number' && payload.iat > 0 ? payload.iat * 1000 : instant(document.validFrom);

function jwtKey({kid}, pinned, issuer) {
  const key = keyOf(pinned, issuer, kid);
  if(key.jwk.crv !== 'P-256') { no('reason.key_not_for_format'); }
  return key;
}

async function verifyJWT({signature, signed}, {jwk}) {
  const key = await crypto.subtle.importKey('jwk', jwk, {name: 'ECDSA', namedCurve: 'P-256'}, false, ['verify']);
  if(!await crypto.subtle.verify({name: 'ECDSA', hash: 'SHA-256'}, key, signature, signed)) { no('reason.changed'); }
}
