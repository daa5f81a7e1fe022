// A visitor without a browser: cookies, forms, redirects. For the test that kills the server, where
// a hundred journeys run side by side.

export class Gone extends Error {}

export interface Answer {
  status: number;
  path: string;
  text: string;
}

export class Visitor {
  private cookies = new Map<string, string>();

  constructor(private readonly url: string) {}

  private async send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    headers.set('origin', this.url);
    headers.set('accept-language', 'nl');
    let response: Response;
    try {
      response = await fetch(new URL(path, this.url), { ...init, headers, redirect: 'manual' });
      for (const cookie of response.headers.getSetCookie()) {
        const [pair = ''] = cookie.split(';');
        const at = pair.indexOf('=');
        if (/max-age=0/i.test(cookie)) this.cookies.delete(pair.slice(0, at));
        else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
      }
    } catch (error) {
      throw new Gone(String(error));
    }
    return response;
  }

  private async follow(response: Response, path: string): Promise<Answer> {
    let [here, at] = [response, path];
    for (let hop = 0; hop < 5 && here.status === 303; hop += 1) {
      at = here.headers.get('location') ?? '/';
      here = await this.send(at, {});
    }
    try {
      return { status: here.status, path: new URL(at, this.url).pathname, text: await here.text() };
    } catch (error) {
      throw new Gone(String(error));
    }
  }

  async get(path: string): Promise<Answer> {
    return this.follow(await this.send(path, {}), path);
  }

  async json(path: string, body: unknown): Promise<{ status: number; body: any }> {
    const response = await this.send(path, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
    });
    try {
      return { status: response.status, body: await response.json() };
    } catch (error) {
      throw new Gone(String(error));
    }
  }

  // Sends the form of a page that goes to `action`, with its hidden fields and what is typed.
  async submit(page: Answer, action: string, typed: Record<string, string>): Promise<Answer> {
    const forms = page.text.match(/<form[\s\S]*?<\/form>/g) ?? [];
    const form = forms.find((text) => text.includes(`action="${action}"`));
    if (!form) throw new Error(`no form to ${action} on ${page.path}: ${page.text.slice(0, 2000)}`);
    const fields = new URLSearchParams();
    for (const input of form.match(/<input[^>]*type="hidden"[^>]*>/g) ?? []) {
      const name = /name="([^"]*)"/.exec(input)?.[1];
      if (name) fields.set(name, /value="([^"]*)"/.exec(input)?.[1] ?? '');
    }
    for (const [name, value] of Object.entries(typed)) fields.set(name, value);
    return this.follow(await this.send(action, { method: 'POST', body: fields }), action);
  }
}
