// The reference implementation at work: reads requests as JSON lines, answers each with a JSON line.
// {"op": "issue" | "verify" | "bench", ...}; "documents" hold contexts and DID documents by address.
import {createInterface} from 'node:readline';
import * as vc from '@digitalbazaar/vc';
import * as rdfCanonize from 'rdf-canonize';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

let documents = {};
const verifier = new DataIntegrityProof({cryptosuite});

async function documentLoader(url) {
  if(url in documents) {
    return {contextUrl: null, documentUrl: url, document: documents[url], tag: 'static'};
  }
  throw new Error(`not known here: ${url}`);
}

const operations = {
  async documents(request) {
    documents = request.documents;
    return {known: Object.keys(documents).length};
  },
  async canonize({dataset}) {
    const options = {algorithm: 'RDFC-1.0', inputFormat: 'application/n-quads', maxWorkFactor: Infinity};
    return {dataset: await rdfCanonize.canonize(dataset, options)};
  },
  async issue({credential, key, created}) {
    const pair = await Ed25519Multikey.from(key);
    const suite = new DataIntegrityProof({signer: pair.signer(), cryptosuite, date: created});
    return {credential: await vc.issue({credential, suite, documentLoader})};
  },
  async verify({credential, now}) {
    const suite = verifier;
    const checkStatus = async () => ({verified: true});
    const result = await vc.verifyCredential({
      credential, suite, documentLoader, checkStatus, now: new Date(now)
    });
    return {verified: result.verified, error: result.error ? messages(result.error) : ''};
  },
  async verifyPresentation({presentation, challenge, domain, now}) {
    const result = await vc.verify({
      presentation, challenge, domain, suite: verifier, documentLoader, now: new Date(now)
    });
    return {verified: result.verified, error: result.error ? messages(result.error) : ''};
  },
  async bench({credential, key, created, now, count}) {
    const issued = [];
    const unsigned = {...credential};
    delete unsigned.proof;
    let start = seconds();
    for(let i = 0; i < count; ++i) {
      // Issuing adds its proof to the very object.
      const credential = structuredClone(unsigned);
      issued.push((await operations.issue({credential, key, created})).credential);
    }
    const issue = count / (seconds() - start);
    start = seconds();
    for(const credential of issued) {
      const {verified, error} = await operations.verify({credential, now});
      if(!verified) {
        throw new Error(error);
      }
    }
    return {issue, verify: count / (seconds() - start)};
  }
};

// Processor time, so that other programs on the machine do not count.
function seconds() {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1e6;
}

function messages(error) {
  return [error.message, ...(error.errors ?? []).map(e => e.message)].join('; ');
}

for await (const line of createInterface({input: process.stdin})) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = await operations[request.op](request);
  } catch(error) {
    answer = {error: messages(error)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
