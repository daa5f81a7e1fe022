// An OpenID provider on this machine: stands in for the federal authentication service, with buttons
// for what a person can do there.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface FederalService {
  issuer: string;
  clientId: string;
  secret: string;
  stop(): Promise<void>;
}

export const LEVEL = 'urn:be:fedict:iam:fas:Level500';

// What a person did there: the level ends up in the ID token, the method in userinfo.
const WAYS: Record<string, { acr: string; amr: string[] }> = {
  eid: { acr: LEVEL, amr: ['eid', LEVEL] },
  app: { acr: LEVEL, amr: ['itsme', LEVEL] },
  sms: { acr: 'urn:be:fedict:iam:fas:Level400', amr: ['sms'] },
};

export async function startProvider(
  redirect: string, person: { number: string; given: string; surname: string },
): Promise<FederalService> {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const [clientId, secret] = ['loket', 'a secret with /+= and 100% more'];
  const provider = new Provider(issuer, {
    clients: [{
      client_id: clientId, client_secret: secret, redirect_uris: [redirect],
      userinfo_signed_response_alg: 'RS256', token_endpoint_auth_method: 'client_secret_basic',
    }],
    acrValues: Object.values(WAYS).map((way) => way.acr),
    claims: {
      acr: null,
      openid: ['sub'], egovnrn: ['egovNRN'], profile: ['givenName', 'surname', 'amr'],
    },
    scopes: ['openid', 'profile', 'egovnrn'],
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, jwtUserinfo: { enabled: true }, userinfo: { enabled: true } },
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/at-the-service/${interaction.uid}` },
    cookies: { keys: ['a key of this test'] },
    async findAccount(_context: unknown, id: string) {
      return {
        accountId: id,
        claims: async () => ({
          sub: id, egovNRN: person.number, givenName: person.given, surname: person.surname, amr: WAYS[id]?.amr,
        }),
      };
    },
  });
  const answer = provider.callback();
  http.on('request', async (request, response) => {
    const path = new URL(request.url ?? '/', issuer).pathname.split('/');
    if (path[1] !== 'at-the-service') return answer(request, response);
    const way = path[3];
    if (!way) {
      const buttons = [...Object.keys(WAYS), 'cancel'].map((name) => `<a id="${name}" href="${request.url}/${name}">${name}</a>`);
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><title>service</title><p>${buttons.join(' ')}`);
      return;
    }
    const chosen = WAYS[way];
    if (!chosen) {
      await provider.interactionFinished(request, response, { error: 'access_denied' });
      return;
    }
    const { params } = await provider.interactionDetails(request, response);
    const grant = new provider.Grant({ accountId: way, clientId: String(params.client_id) });
    grant.addOIDCScope('openid profile egovnrn');
    await provider.interactionFinished(request, response, {
      login: { accountId: way, acr: chosen.acr }, consent: { grantId: await grant.save() },
    });
  });
  return {
    issuer, clientId, secret,
    async stop() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
