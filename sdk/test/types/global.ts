// The page that loads connect.js writes the global's name.
ConnectWidget.connect({ token: 'abc' }).onConnection((institutionId) => institutionId.length);
// @ts-expect-error: no such function
ConnectWidget.open();
