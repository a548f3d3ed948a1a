// The bank "Flinks Capital": text questions in turn, each asked again until it is answered.
import { expect, test } from './support/test';
import { told } from './support/widget';

test('Greatday: three questions, one answered wrongly first', async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.chooseFlinks();
  await expect(widget.frame.getByText('Greatday').first(), 'the hint').toBeVisible();
  await widget.login('Greatday', 'Everyday');
  await widget.answer('What city were you born in?', 'Toronto');
  await expect(widget.alert).toContainText('not right');
  await expect(widget.frame.getByRole('textbox')).toHaveValue('');
  await widget.answer('What city were you born in?', 'Montreal');
  await widget.answer('What is the best country on earth?', 'Canada');
  await widget.answer('What shape do people like most?', 'Triangle');
  await widget.finish('Flinks Capital');
  const question = [...told.asked('text'), ...told.answered];
  await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...question, ...question, ...question, ...question, ...told.connected, 'success');
});

test('greatday_nomfa: no questions', async ({ shop, server }) => {
  const widget = await shop.open(await server.token());
  await widget.chooseFlinks();
  await widget.login('greatday_nomfa', 'Everyday');
  await widget.finish('Flinks Capital');
  await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.connected, 'success');
});

test.describe('a wrong login', () => {
  test.use({ expectedNoise: [/status of 404/] });

  test('whose connection is gone (404): asked for again, and works', async ({ shop, server, page }) => {
    const created: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && request.url().endsWith('/v1/institutions') && created.push(request.url()));
    const widget = await shop.open(await server.token());
    await widget.chooseFlinks();
    await widget.login('Greatday', 'wrong');
    await widget.asksLoginAgain('Flinks Capital', 'Greatday');
    await widget.login('greatday_nomfa', 'Everyday');
    await widget.finish('Flinks Capital');
    expect(created).toHaveLength(2);
    await shop.wasTold(...told.opened, ...told.chosen, ...told.loggedIn, ...told.refused, ...told.loggedIn, ...told.connected, 'success');
  });
});
