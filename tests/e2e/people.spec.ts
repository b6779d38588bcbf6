import { admit, arrive, expect, PASSWORD, rowsOf, signIn, TRIED, test } from './fixtures.ts'

test('two browsers in opposite modes do not disturb each other', async ({
  page,
  another,
  person,
}) => {
  const someone = await person()
  const other = await another()
  await arrive(page, someone)
  await arrive(other, someone, { mode: 'token' })
  for (const round of [1, 2]) {
    await page.getByRole('button', { name: 'Who am I?' }).click()
    await other.getByRole('button', { name: 'Who am I?' }).click()
    await expect(page.getByText('Answered.')).toBeVisible()
    await expect(other.getByText('Answered.')).toBeVisible()
    expect(await rowsOf(page, 'GET /api/me'), `round ${round}`).toContain('session.found')
    expect(await rowsOf(other, 'GET /api/me'), `round ${round}`).toContain('token.verified')
  }
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Signed out' })).toBeVisible()
  await other.getByRole('button', { name: 'Who am I?' }).click()
  await expect(other.getByText('Answered.')).toBeVisible()
})

for (const mode of TRIED) {
  test(`a ${mode} sign-in ended from another device is over at once, and the page says why`, async ({
    page,
    another,
    person,
  }) => {
    const someone = await person()
    const other = await another()
    await arrive(other, someone, { mode })
    await admit(page, someone)
    await page.goto('/devices')
    await expect(page.getByText('2 sign-ins')).toBeVisible()
    await expect(page.getByText('this one', { exact: true })).toHaveCount(1)
    await page.getByRole('button', { name: 'End it' }).click()
    await expect(page.getByText('That sign-in was ended.')).toBeVisible()
    await expect(other.getByRole('heading', { name: 'Ended from another device' })).toBeVisible()
    await expect(page.getByText('1 sign-in', { exact: true })).toBeVisible()
  })
}

for (const mode of TRIED)
  test(`${mode}: a new password ends the other sign-ins and keeps this one`, async ({
    page,
    another,
    person,
  }) => {
    const someone = await person()
    const other = await another()
    await arrive(other, someone)
    await admit(page, someone, { mode })
    await page.goto('/devices')
    await page.getByLabel('Current password').fill('certainly not this one')
    await page.getByLabel('New password').fill('another sentence of some length')
    await page.getByRole('button', { name: 'Change it' }).click()
    await expect(page.getByText('This is not the current password.', { exact: true })).toBeVisible()
    await page.getByLabel('Current password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Change it' }).click()
    await expect(page.getByText('Changed. Every other sign-in was ended.')).toBeVisible()
    await expect(other.getByRole('heading', { name: 'The password was changed' })).toBeVisible()
    await page.getByRole('link', { name: 'Dashboard' }).click()
    await page.getByRole('button', { name: 'Who am I?' }).click()
    expect(await rowsOf(page, 'GET /api/me')).toContain('access.granted')
    await page.getByRole('link', { name: 'Devices' }).click()
    await expect(page).toHaveURL(/\/devices$/)
    await page.reload()
    await expect(page.getByText('1 sign-in', { exact: true })).toBeVisible()
    await signIn(other, someone)
    await expect(other.getByText('Email or password is wrong.', { exact: true })).toBeVisible()
  })

test('an admin changes a role, ends sign-ins and disables, each effective at the next request', async ({
  page,
  another,
  person,
}) => {
  const [admin, editor] = [await person('admin'), await person('editor')]
  const other = await another()
  await arrive(other, editor)
  await arrive(page, admin)
  await page.getByRole('link', { name: 'Admin', exact: true }).click()
  await page.getByLabel(`Role of ${editor.name}`).selectOption('reader')
  await expect(page.getByText(`${editor.name} has a new role`)).toBeVisible()

  await other.getByLabel('Title').fill('Too late')
  await other.getByLabel('Text').fill('No longer an editor.')
  await other.getByRole('button', { name: 'Write the note' }).click()
  await expect(other.getByText('Your role does not allow this.', { exact: true })).toBeVisible()

  await page.getByRole('button', { name: `End the sign-ins of ${editor.name}` }).click()
  await expect(other.getByRole('heading', { name: 'Ended by an admin' })).toBeVisible()

  await page.getByRole('button', { name: `Disable ${editor.name}` }).click()
  await expect(page.getByText(`${editor.name} can no longer sign in.`)).toBeVisible()
  await signIn(other, editor)
  await expect(other.getByText('Email or password is wrong.', { exact: true })).toBeVisible()
})

test('the admin page is of no use to others', async ({ page, signedIn }) => {
  await signedIn('editor')
  await expect(page.getByRole('link', { name: 'Admin', exact: true })).toHaveCount(0)
  await page.goto('/admin')
  await expect(page.getByText('Your role does not allow this.', { exact: true })).toBeVisible()
})

test('an admin makes the next key and watches it take over', async ({ page, person }) => {
  await admit(page, await person('admin'))
  await page.goto('/admin')
  const keys = page.getByRole('region', { name: 'Signing keys' })
  await keys.getByLabel('Algorithm').selectOption('EdDSA')
  await keys.getByRole('button', { name: 'Make the next key' }).click()
  await expect(keys.getByText(/is published\. Watch it take over/)).toBeVisible()
  await expect(keys.getByText('published, signs nothing yet')).toBeVisible()
  await expect(keys.getByRole('timer').first()).toHaveText(/^1:\d\d$/)
})
