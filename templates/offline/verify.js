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
    await check('dates', () => { checkDates(document, now); return 'valid today'; });
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
