const LEAST_ENTRIES = 131072, MOST_UNPACKED = 4 << 20;

// unpack reads no more than most bytes, however much is packed.
async function unpack(data, format, most) {
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  const out = [];
  let size = 0;
  for(;;) {
    const {done, value} = await reader.read();
    if(done) { break; }
    if((size += value.length) > most) {
      await reader.cancel();
      unknown('reason.unpacks_too_large', {megabytes: most >> 20});
    }
    out.push(value);
  }
  return new Uint8Array(await new Blob(out).arrayBuffer());
}

// unpackList gives the bits of an encodedList.
async function unpackList(encoded) {
  if(typeof encoded !== 'string' || encoded[0] !== 'u') { no('reason.list_not_base64url'); }
  let bits;
  try { bits = await unpack(base64(encoded.slice(1)), 'gzip', MOST_UNPACKED); } catch(e) {
    if(e instanceof CouldNotCheck) { throw e; }
    no('reason.list_not_packed');
  }
  if(bits.length * 8 < LEAST_ENTRIES) { no('reason.list_too_short', {count: bits.length * 8, least: LEAST_ENTRIES}); }
  return bits;
}

const instant = text => typeof text === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) ? Date.parse(text) : NaN;

const dayOf = text => String(text).slice(0, 10);

// checkDates holds what a document says of its validity against a moment.
function checkDates(document, now, proof) {
  if(!(instant(document.validFrom) <= now + SKEW)) { no('reason.not_valid_yet'); }
  if(document.validUntil !== undefined && !(instant(document.validUntil) > now)) { no('reason.expired', {date: dayOf(document.validUntil)}); }
  if(proof && !(instant(proof.created) <= now + SKEW)) { no('reason.signed_in_future'); }
}

// readList verifies a status list and unpacks it; why says that it has run out.
async function readList(text, pinned, now) {
  const published = strictJSON(text), subject = published.credentialSubject;
  const types = list(published.type);
  if(!types.includes('VerifiableCredential') || !types.includes('BitstringStatusListCredential') || !list(subject?.type).includes('BitstringStatusList')) { no('reason.not_status_list'); }
  readable(published, CONTEXTS.slice(0, 1));
  const proof = oneProof(published);
  await verifyProof(published, 'BitstringStatusListCredential', proofKey(proof, pinned, published.issuer));
  let why = null;
  try { checkDates(published, now, proof); } catch(e) {
    if(!(instant(published.validUntil) <= now)) { throw e; }
    why = reasonOf(e);
  }
  return {why, id: published.id, issuer: published.issuer, purpose: subject.statusPurpose, from: published.validFrom, bits: await unpackList(subject.encodedList)};
}

// lookUp reads an entry of a status list. A list that is another's or is not
// genuine says nothing of the certificate.
async function lookUp(entry, issuer, text, pinned, now) {
  const index = /^\d{1,9}$/.test(entry.statusListIndex) ? Number(entry.statusListIndex) : NaN;
  let found;
  try { found = await readList(text, pinned, now); } catch(e) { unknown('reason.list_unusable', {why: reasonOf(e)}); }
  if(found.id !== entry.statusListCredential || found.issuer !== issuer || found.purpose !== entry.statusPurpose) { unknown('reason.list_of_another'); }
  if(!(index < found.bits.length * 8)) { unknown('reason.list_without_entry'); }
  const set = (found.bits[index >> 3] & (0x80 >> (index & 7))) !== 0;
  // A revocation is final: what an old list says of it still holds.
  if(found.why && !(set && found.purpose === 'revocation')) { unknown('reason.list_unusable', {why: found.why}); }
  return {set, day: dayOf(found.from)};
}

const SUSPENSIONS = '/suspension'; // where Palmar keeps the list beside a status list

async function checkStatus(document, text, pinned, now) {
  const entry = document.credentialStatus;
  if(!entry) { return reason('reason.no_status_list'); }
  if(entry.type !== 'BitstringStatusListEntry' || entry.statusPurpose !== 'revocation' && entry.statusPurpose !== 'suspension') { unknown('reason.other_status'); }
  if(!text) { unknown('reason.revocation_unseen'); }
  const {set, day} = await lookUp(entry, issuerID(document), text, pinned, now);
  if(set) { no('reason.revoked'); }
  return reason('reason.not_revoked', {date: day});
}

// checkSuspension looks at the list beside the one that the certificate names:
// Open Badges has place for one entry alone.
async function checkSuspension(document, text, pinned, now) {
  const entry = document.credentialStatus;
  if(!entry) { return null; }
  if(!text) { unknown('reason.suspension_unseen'); }
  const {set, day} = await lookUp({...entry, statusPurpose: 'suspension', statusListCredential: entry.statusListCredential + SUSPENSIONS}, issuerID(document), text, pinned, now);
  if(set) { no('reason.suspended'); }
  return reason('reason.not_suspended', {date: day});
}
