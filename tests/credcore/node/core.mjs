// The verifier of the Digital Credentials Consortium at work: reads requests as JSON lines, answers each with one.
// It loads DID documents and status lists itself, so fetching answers from what the test has published.
import {createInterface} from 'node:readline';

console.log = console.error; // only answers on standard output
let documents = {};

globalThis.fetch = async input => {
  const url = typeof input === 'string' ? input : input.url ?? String(input);
  if(!(url in documents)) {
    return new Response('{}', {status: 404});
  }
  return new Response(JSON.stringify(documents[url]), {headers: {'content-type': 'application/json'}});
};
const {verifyCredential} = await import('@digitalcredentials/verifier-core');

for await (const line of createInterface({input: process.stdin})) {
  const request = JSON.parse(line);
  let answer = {};
  if(request.op === 'documents') {
    documents = request.documents;
  } else {
    const result = await verifyCredential({credential: request.credential, knownDIDRegistries: []});
    const step = id => result.log?.find(entry => entry.id === id)?.valid ?? null;
    answer = {
      signature: step('valid_signature'),
      status: step('revocation_status'),
      errors: (result.errors ?? []).map(error => error.name ?? String(error))
    };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
