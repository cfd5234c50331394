const isJWT = text => text.startsWith('ey');

// unwrap takes a package and a disclosure off a credential.
function unwrap(text) {
  let raw = trimmed(text), pack = null, shown = null;
  if(!isJWT(raw) && raw[0] !== '{') { unknown('reason.no_certificate'); }
  if(!isJWT(raw)) {
    const outer = strictJSON(raw, MOST_WRAPPED);
    if(typeof outer.document === 'string' && outer.document !== '') { pack = outer; raw = outer.document; }
  }
  if(!isJWT(raw)) {
    const outer = strictJSON(raw, MOST_WRAPPED);
    if(outer.credential !== undefined && Array.isArray(outer.lines) && outer.lines.length > 0) {
      shown = {lines: outer.lines, texts: lineTexts(raw)};
      raw = typeof outer.credential === 'string' ? outer.credential : JSON.stringify(outer.credential);
    }
  }
  return {raw, pack, shown};
}

// checkOf is one line of an answer: the reason, and its sentence beside it.
const checkOf = (name, outcome, {id, args}) => ({name, outcome, id, args, detail: say(id, args)});

// palmarVerify checks a text and gives {outcome, checks: [{name, outcome, id, args,
// detail}], says}. A code that stands on paper is to be the certificate's. It never throws.
async function palmarVerify(text, pinned, now, code = null) {
  if(code && !text) { return {outcome: 'could_not_check', checks: [checkOf('code', 'could_not_check', reason('reason.code_alone'))], says: null}; }
  const checks = [];
  const check = async (name, work) => {
    let outcome = 'valid', why;
    try {
      why = await work();
      if(why === null) { return true; }
    } catch(e) {
      outcome = e instanceof NotValid ? 'not_valid' : 'could_not_check';
      why = reasonOf(e);
    }
    checks.push(checkOf(name, outcome, why));
    return outcome === 'valid';
  };
  let found, document, says = null;
  const read = await check('format', async () => {
    found = unwrap(text);
    found.jwt = isJWT(found.raw) ? readJWT(found.raw) : null;
    document = found.jwt ? found.jwt.document : strictJSON(found.raw);
    foreign(document);
    readable(document, CONTEXTS);
    const {proof: _, ...unsigned} = document;
    shape(unsigned);
    if(!found.jwt) { oneProof(document); }
    await canonical(unsigned, 'VerifiableCredential');
    if(found.jwt) { checkClaims(found.jwt); }
    return reason('reason.well_formed');
  });
  if(read) {
    const issuer = issuerID(document), proof = found.jwt ? null : oneProof(document);
    let key;
    const known = await check('issuer', () => {
      key = proof ? proofKey(proof, pinned, issuer) : jwtKey(found.jwt, pinned, issuer);
      held(key, proof ? instant(proof.created) : jwtSigned(found.jwt));
      return reason('reason.issuers_key');
    });
    const signed = known && await check('signature', async () => {
      await (proof ? verifyProof(document, 'VerifiableCredential', key) : verifyJWT(found.jwt, key));
      return reason('reason.signed');
    });
    await check('dates', () => { checkDates(document, now, proof); return reason('reason.in_date'); });
    await check('status', () => checkStatus(document, found.pack?.status_list, pinned, now));
    await check('suspension', () => checkSuspension(document, found.pack?.suspension_list, pinned, now));
    if(found.shown) { await check('lines', () => checkLines(document, found.shown)); }
    await check('log', () => checkLog(found.pack, pinned));
    if(code) { await check('code', () => document.id.endsWith('/c/' + code) ? reason('reason.code_matches') : no('reason.code_of_another')); }
    if(signed) { says = {...describe(document, pinned), lines: found.shown?.lines.map(l => l.line)}; }
  }
  // That a proof of the log could not be checked makes nothing worse.
  const outcome = checks.some(c => c.outcome === 'not_valid') ? 'not_valid' : checks.some(c => c.outcome !== 'valid' && c.name !== 'log') ? 'could_not_check' : 'valid';
  return {outcome, checks, says: outcome === 'not_valid' ? null : says};
}

function describe(document, pinned) {
  const subject = document.credentialSubject;
  const total = list(subject.result).find(r => String(r.resultDescription).endsWith('#minutes'));
  return {
    holder: list(subject.identifier).find(i => i.identityType === 'name' && i.hashed === false)?.identityHash ?? '',
    title: subject.achievement.name, school: pinned.issuers[issuerID(document)].name, minutes: total ? Number(total.value) : 0,
    issued: document.validFrom.slice(0, 10), link: document.id, license: subject.licenseNumber ?? ''
  };
}

globalThis.palmarVerify = palmarVerify;
