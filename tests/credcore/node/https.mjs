// Two verifiers that know nothing but addresses: every DID document and status list comes over https from the
// server that runs. One badge a line, one answer a line; only the contexts are given, they are nobody's own.
import {createInterface} from 'node:readline';

console.log = console.error; // only answers on standard output
const vc = await import('@digitalbazaar/vc');
const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const {cryptosuite} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const {checkStatus} = await import('@digitalcredentials/vc-bitstring-status-list');
const {verifyCredential} = await import('@digitalcredentials/verifier-core');

let contexts = {};
const asked = [];
const plainFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  asked.push(typeof input === 'string' ? input : input.url ?? String(input));
  return plainFetch(input, init);
};

async function load(url) {
  const response = await fetch(url);
  if(!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  return response.json();
}

// did:web (https://w3c-ccg.github.io/did-method-web/), written from its text.
async function resolve(url) {
  const [did, fragment] = url.split('#');
  const [host, ...path] = did.slice('did:web:'.length).split(':');
  const place = path.length ? path.join('/') : '.well-known';
  const document = await load(`https://${decodeURIComponent(host)}/${place}/did.json`);
  if(document.id !== did) {
    throw new Error('the document of another DID');
  }
  if(!fragment) {
    return document;
  }
  const method = document.verificationMethod.find(each => each.id === url);
  return {'@context': 'https://w3id.org/security/multikey/v1', ...method};
}

async function documentLoader(url) {
  let document = contexts[url];
  document ??= url.startsWith('did:web:') ? await resolve(url) : await load(url);
  return {contextUrl: null, documentUrl: url, document, tag: 'static'};
}

const operations = {
  async documents({documents}) {
    contexts = documents;
    return {};
  },
  async reference({credential}) {
    const suite = new DataIntegrityProof({cryptosuite});
    const result = await vc.verifyCredential({credential, suite, documentLoader, checkStatus});
    return {
      verified: result.verified,
      signature: result.results?.every(each => each.verified) ?? false,
      status: result.statusResult?.verified ?? null,
      error: result.error ? [result.error, ...result.error.errors ?? []].map(String).join('; ') : ''
    };
  },
  async consortium({credential, registries}) {
    const result = await verifyCredential({credential, knownDIDRegistries: registries ?? []});
    const step = id => result.log?.find(entry => entry.id === id)?.valid ?? null;
    return {
      signature: step('valid_signature'),
      status: step('revocation_status'),
      ...registries && {registered: result.log?.find(entry => entry.id === 'registered_issuer')},
      errors: (result.errors ?? []).map(error => error.name ?? String(error))
    };
  },
  async asked() {
    return {asked: asked.splice(0)};
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = await operations[request.op](request);
  } catch(error) {
    answer = {error: String(error)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
