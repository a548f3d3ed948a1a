// A backend with three banks; every login at Demo is refused, unless the password is "question". Runs before the widget.
const banks = ['Demo', 'Derby', 'Acme'].map((name) => ({ id: name.toLowerCase(), name, oauth: false }));
const connection = (fields) => ({ id: 'i1', name: 'Demo', type: 'demo', __v: 1, ...fields });
const challenge = { kind: 'choice', prompt: 'Language?', choices: [{ id: 'js', label: 'JavaScript' }, { id: 'rb', label: 'Ruby' }] };
const outcome = () => JSON.parse(asked.at(-1).body).credentials.password === 'question'
    ? { name: 'SecurityQuestionError', message: 'Language?', challenge }
    : { name: 'LoginFailedError', message: 'No.' };
const answers = {
    'GET /v1/session': () => ({ client: { name: 'The Shop' }, user_id: 'u1' }),
    'GET /v1/providers': (url) => {
        const items = banks.filter(({ name }) => name.toLowerCase().startsWith(url.searchParams.get('search')));
        return { items, next: null, total: items.length };
    },
    'GET /v1/providers/demo': () => banks[0],
    'POST /v1/institutions': () => connection({ sync_status: 'error', sync_error: outcome() }),
    'PUT /v1/institutions/i1': () => connection({ sync_status: 'ok', accounts: [{ id: 'a1', name: 'Everyday', mask: '1234' }] }),
};
const asked = (window.asked = []);
const fetch = (window.realFetch ??= window.fetch);
window.fetch = async (request) => {
    const url = new URL(request.url ?? request, location.href);
    const answer = answers[`${request.method} ${url.pathname}`];
    if (!answer) return fetch.call(window, request);
    asked.push({ call: `${request.method} ${url.pathname}`, body: await request.text() });
    return new Response(JSON.stringify(answer(url)), { headers: { 'content-type': 'application/json' } });
};
const launch = Object.assign(document.createElement('script'), { type: 'application/json', id: 'launch' });
launch.textContent = '{"token":"t"}';
document.body.append(launch);
