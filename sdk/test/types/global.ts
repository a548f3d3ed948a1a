// The page that loads connect.js writes the global's name.
ConnectWidget.connect({ token: 'abc' }).onConnection((institutionId) => institutionId.length);
ConnectWidget.reconnect('inst_1', { token: 'abc' }).close();
ConnectWidget.resume(location.href, { token: 'abc' });
ConnectWidget.preload();
// @ts-expect-error: no such function
ConnectWidget.open();
// @ts-expect-error: the lists are the module's
ConnectWidget.ERROR_CODES;
