// SPDX-License-Identifier: Apache-2.0
// Verifies what standard input holds with packages of others; prints what they say of each.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const from = createRequire(process.argv[2] + '/package.json');
const load = async name => import(pathToFileURL(from.resolve(name)));
const {importJWK, jwtVerify} = await load('jose');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const {createVerifyCryptosuite} = await load('@digitalbazaar/eddsa-jcs-2022-cryptosuite');
const jsigs = (await load('jsonld-signatures')).default;

const asked = JSON.parse(readFileSync(0, 'utf8'));

async function token({token: text, jwk}) {
  const {payload} = await jwtVerify(text, await importJWK(jwk, jwk.alg), {typ: 'vc+jwt'});
  return payload.id;
}

async function proof({document, controller}) {
  const documentLoader = async url => {
    const found = url === controller.id
      ? controller
      : controller.verificationMethod.find(method => method.id === url);
    if(!found) {
      throw new Error('asked for ' + url);
    }
    const contexts = url === controller.id
      ? ['https://www.w3.org/ns/did/v1']
      : ['https://w3id.org/security/multikey/v1'];
    return {document: {'@context': contexts, ...found}, documentUrl: url, contextUrl: null};
  };
  const suite = new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()});
  const purpose = new jsigs.purposes.AssertionProofPurpose();
  const found = await jsigs.verify(document, {suite, purpose, documentLoader});
  if(!found.verified) {
    throw found.error.errors?.[0] ?? found.error;
  }
  return document.id;
}

const said = [];
for(const one of asked) {
  try {
    said.push({holds: await (one.token ? token(one) : proof(one))});
  } catch(error) {
    said.push({refused: String(error.name) + ': ' + String(error.message)});
  }
}
process.stdout.write(JSON.stringify(said));
