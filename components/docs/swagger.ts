/** What of Swagger UI's own React is used here. */
type Element = object | string | null;
type React = { createElement(type: unknown, props: object | null, ...children: Element[]): Element };
type System = { React: React };
type PartProps = { getComponent(name: string, container?: boolean): unknown };

type SwaggerBundle = ((options: object) => unknown) & { presets: { apis: unknown } };

const FOLDER = '/swagger-ui';

/** Shows an OpenAPI document in `node`, with what asks for each operation. Gives what takes it away again. */
export async function showDocument(node: HTMLElement, documentUrl: string): Promise<() => void> {
  addSheet();
  const [bundle, answer] = await Promise.all([loadBundle(), fetch(documentUrl)]);
  if (!answer.ok) throw new Error(`The document could not be read: the server answered ${answer.status}.`);
  const document: object = await answer.json();
  const watch = new MutationObserver(() => mendMarkup(node));
  watch.observe(node, { childList: true, subtree: true });
  bundle({
    domNode: node,
    // Requests go to the server that this page came from.
    spec: { ...withoutCookie(document), servers: [{ url: '/' }] },
    presets: [bundle.presets.apis],
    plugins: [plainParts],
    layout: 'PlainLayout',
    deepLinking: true,
    docExpansion: 'none',
    defaultModelsExpandDepth: -1,
    validatorUrl: null,
  });
  return () => {
    watch.disconnect();
    node.replaceChildren();
  };
}

/** The document without the cookie among the ways to log in: the browser sends it by itself, nobody can type it. */
function withoutCookie(document: object): object {
  const components = Object(Reflect.get(document, 'components'));
  const { cookie: _cookie, ...securitySchemes } = Object(components.securitySchemes);
  return { ...document, components: { ...components, securitySchemes } };
}

/** In a layer, so that our rules stand above all of its own. */
function addSheet(): void {
  const id = 'swagger-sheet';
  if (document.getElementById(id)) return;
  const style = document.createElement('style');
  style.id = id;
  style.textContent = `@import url("${FOLDER}/swagger-ui.css") layer(swagger);`;
  document.head.append(style);
}

function loadBundle(): Promise<SwaggerBundle> {
  return new Promise((resolve, reject) => {
    const known = bundleOfWindow();
    if (known) return resolve(known);
    const script = document.createElement('script');
    script.src = `${FOLDER}/swagger-ui-bundle.js`;
    script.onload = () => {
      const loaded = bundleOfWindow();
      if (loaded) resolve(loaded);
      else reject(new Error('The viewer did not start.'));
    };
    script.onerror = () => reject(new Error('The viewer could not be loaded.'));
    document.head.append(script);
  });
}

/** Its script puts itself under this name. */
function bundleOfWindow(): SwaggerBundle | undefined {
  return Reflect.get(window, 'SwaggerUIBundle') as SwaggerBundle | undefined;
}

/** The operations and the keys alone: title, introduction and the page's only main part are our own. */
function plainParts({ React: { createElement } }: System) {
  const PlainLayout = ({ getComponent }: PartProps) => {
    const part = (name: string, container = true) => createElement(getComponent(name, container), null);
    return createElement(
      'div',
      { className: 'swagger-ui' },
      part('SvgAssets', false),
      part('errors'),
      createElement('div', { className: 'scheme-container' }, part('AuthorizeBtnContainer')),
      part('operations'),
    );
  };
  /** A link within the button that opens an operation would be one control in another. */
  const DeepLink =
    () =>
    ({ text }: { text: string }) =>
      createElement('span', null, text);
  return { components: { PlainLayout }, wrapComponents: { DeepLink } };
}

/** Names what has none, and lets the keyboard scroll what scrolls. */
function mendMarkup(node: HTMLElement): void {
  for (const field of node.querySelectorAll(
    'select:not([aria-label]), input:not([aria-label]), textarea:not([aria-label])',
  )) {
    const parameter = field.closest('[data-param-name]')?.getAttribute('data-param-name');
    if (field.id && node.querySelector(`label[for="${CSS.escape(field.id)}"]`)) continue;
    field.setAttribute('aria-label', parameter ?? (field.tagName === 'SELECT' ? 'Media type' : 'Value'));
  }
  for (const text of node.querySelectorAll('pre:not([tabindex])')) text.setAttribute('tabindex', '0');
  for (const table of node.querySelectorAll('table[role="region"]')) table.removeAttribute('role');
  for (const button of node.querySelectorAll('button.close-modal:not([aria-label])'))
    button.setAttribute('aria-label', 'Close');
  for (const button of node.querySelectorAll('button.btn[aria-label]')) {
    const words = button.textContent?.trim() ?? '';
    const label = button.getAttribute('aria-label') ?? '';
    if (words !== '' && !label.includes(words)) button.removeAttribute('aria-label');
  }
}
