// What a document has to be before anything of it is judged: first whether it is
// beyond this page, then whether it has the shape of a certificate.
const OTHER_MODELS = {
  'https://www.w3.org/2018/credentials/v1': 'Verifiable Credentials 1.1',
  'https://w3id.org/openbadges/v2': 'Open Badges 2.0', 'https://w3id.org/openbadges/v1': 'Open Badges 1.1'
};
const OTHER_SUITES = ['eddsa-jcs-2022', 'ecdsa-rdfc-2019', 'ecdsa-jcs-2019', 'ecdsa-sd-2023', 'bbs-2023'];
const OTHER_PROOFS = ['Ed25519Signature2020', 'Ed25519Signature2018', 'JsonWebSignature2020', 'EcdsaSecp256k1Signature2019', 'RsaSignature2018', 'BbsBlsSignature2020', 'CLSignature2019'];

const KNOWN_CONTEXTS = [...CONTEXTS, 'https://w3id.org/security/data-integrity/v2'];

const object = value => value !== null && typeof value === 'object' && !Array.isArray(value);
const absolute = text => typeof text === 'string' && /^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|\\^\u0060]*$/.test(text);
const issuerID = document => typeof document.issuer === 'string' ? document.issuer : String(object(document.issuer) ? document.issuer.id ?? '' : '');

// foreign finds what may well be sound and is beyond this page: another data model,
// signature, or way to name an issuer.
function foreign(document) {
  const contexts = list(document['@context']), types = list(document.type);
  const model = contexts.find(context => Object.hasOwn(OTHER_MODELS, String(context)));
  if(model) { unknown('reason.other_model', {model: OTHER_MODELS[model]}); }
  if(contexts.some(context => !KNOWN_CONTEXTS.includes(context))) { unknown('reason.other_vocabulary'); }
  if(object(document.vc)) { unknown('reason.other_model', {model: 'Verifiable Credentials 1.1'}); }
  const named = types.includes('VerifiableCredential') || types.includes('VerifiablePresentation');
  if(!named && document.proof === undefined && contexts.length === 0) { unknown('reason.no_certificate'); }
  if(!types.includes('OpenBadgeCredential') && !types.includes('AchievementCredential')) { unknown('reason.not_open_badges'); }
  const issuer = issuerID(document);
  if(absolute(issuer) && !issuer.startsWith('did:')) { unknown('reason.other_issuer', {issuer}); }
  if(list(document.credentialStatus).length > 0 && !object(document.credentialStatus)) { unknown('reason.other_status'); }
  otherSignature(document.proof);
}

function otherSignature(proof) {
  const proofs = list(proof);
  for(const one of proofs) {
    const kind = [[one?.type, OTHER_PROOFS], [one?.cryptosuite, OTHER_SUITES]].find(([name, known]) => known.includes(name));
    if(kind) { unknown('reason.other_signature', {kind: kind[0]}); }
  }
  if(proofs.length > 1) { unknown('reason.many_signatures', {count: proofs.length}); }
}

// readable refuses a document whose words may mean something else than here.
function readable(document, contexts) {
  if(document['@context'] === undefined) { no('reason.no_vocabulary'); }
  if(!same(list(document['@context']), contexts)) { unknown('reason.other_vocabulary'); }
}

// shape refuses what is written otherwise than a certificate is: what the checks
// read has to be what was signed.
function shape(document) {
  const subject = document.credentialSubject;
  if(!list(document.type).includes('VerifiableCredential')) { unknown('reason.not_open_badges'); }
  checkIssuer(document.issuer);
  if(!object(subject) || !object(subject.achievement)) { no('reason.no_holder'); }
  if(document.credentialStatus !== undefined && !object(document.credentialStatus)) { no('reason.wrong_value', {term: 'credentialStatus'}); }
  if(Number.isNaN(instant(document.validFrom)) || document.validUntil !== undefined && Number.isNaN(instant(document.validUntil))) { no('reason.bad_dates'); }
  address(document, '', 'id');
  checkSubject(subject);
  once(document, document.id, 'id');
  once(document, subject.id, 'credentialSubject.id');
}

function absent(part, path, name) {
  if(part[name] === undefined) { no('reason.part_missing', {part: path + name}); }
  no('reason.wrong_value', {term: path + name});
}

function address(part, path, name) {
  if(typeof part?.[name] !== 'string') { absent(part ?? {}, path, name); }
  if(!absolute(part[name])) { no('reason.not_an_address', {text: part[name]}); }
}

function textual(part, path, name) { if(typeof part?.[name] !== 'string' || part[name] === '') { absent(part ?? {}, path, name); } }

function typed(value, path, type) {
  const part = path.slice(0, -1);
  if(!list(value?.type).includes(type)) { no('reason.part_without_type', {part, type}); }
}

function checkIssuer(issuer) {
  if(!object(issuer)) { if(!absolute(issuer)) { no('reason.no_issuer'); } return; }
  if(typeof issuer.id !== 'string') { no('reason.no_issuer'); }
  address(issuer, 'issuer.', 'id');
  typed(issuer, 'issuer.', 'Profile');
}

function checkSubject(subject) {
  const path = 'credentialSubject.', inner = path + 'achievement.', achieved = subject.achievement;
  typed(subject, path, 'AchievementSubject');
  if(subject.id === undefined && subject.identifier === undefined) { no('reason.no_holder'); }
  for(const identity of list(subject.identifier)) {
    typed(identity, 'identifier.', 'IdentityObject');
    textual(identity, 'identifier.', 'identityHash');
    textual(identity, 'identifier.', 'identityType');
    if(typeof identity.hashed !== 'boolean') { absent(identity, 'identifier.', 'hashed'); }
  }
  for(const name of ['activityStartDate', 'activityEndDate']) {
    if(subject[name] !== undefined && Number.isNaN(instant(subject[name]))) { no('reason.wrong_value', {term: path + name}); }
  }
  address(achieved, inner, 'id');
  typed(achieved, inner, 'Achievement');
  textual(achieved, inner, 'name');
  textual(achieved, inner, 'description');
  if(!object(achieved.criteria)) { absent(achieved, inner, 'criteria'); }
  if(achieved.achievementType === 'License') { textual(subject, path, 'licenseNumber'); }
  checkResults(subject, achieved);
}

function checkResults(subject, achieved) {
  const known = new Set();
  for(const description of list(achieved.resultDescription)) {
    address(description, 'resultDescription.', 'id');
    textual(description, 'resultDescription.', 'name');
    textual(description, 'resultDescription.', 'resultType');
    if(known.has(description.id)) { no('reason.id_twice', {part: 'resultDescription.id'}); }
    known.add(description.id);
  }
  for(const result of list(subject.result)) {
    typed(result, 'result.', 'Result');
    if(typeof result.resultDescription === 'string' && !known.has(result.resultDescription)) { no('reason.undescribed_result'); }
    if(result.value !== undefined && typeof result.value !== 'string') { no('reason.wrong_value', {term: 'result.value'}); }
  }
}

// once holds that one object alone has an id: a second one could take over its dates
// or its status, out of sight of anyone who reads the first.
function once(document, id, part) {
  const count = value => {
    if(Array.isArray(value)) { return value.reduce((sum, one) => sum + count(one), 0); }
    if(!object(value)) { return 0; }
    return (value.id === id ? 1 : 0) + Object.values(value).reduce((sum, one) => sum + count(one), 0);
  };
  if(id && count(document) > 1) { no('reason.id_twice', {part}); }
}
