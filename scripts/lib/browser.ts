import { existsSync } from 'node:fs'
import path from 'node:path'
import { command } from './paths.mjs'
import { announce, Stop } from './steps.mjs'
import { run } from './tools.mjs'

const DOWNLOAD_MILLISECONDS = 180_000
const { ProgramFiles = 'C:\\Program Files', LOCALAPPDATA = '' } = process.env
const USUAL_PLACES: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(
    name => `/usr/bin/${name}`,
  ),
  darwin: ['Google Chrome', 'Chromium'].map(
    name => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: [ProgramFiles, `${ProgramFiles} (x86)`, LOCALAPPDATA].flatMap(folder => [
    path.join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
    path.join(folder, 'Chromium', 'Application', 'chrome.exe'),
  ]),
}

/**
 * Puts the path of a Chromium into `AUTHSCOPE_CHROMIUM`: one that is there, else one that can be
 * installed.
 */
export async function findBrowser(): Promise<string> {
  const { chromium } = await import('@playwright/test')
  const present = () =>
    [chromium.executablePath(), ...(USUAL_PLACES[process.platform] ?? [])].find(existsSync)
  const chosen = process.env.AUTHSCOPE_CHROMIUM
  if (chosen && !existsSync(chosen))
    throw new Stop(`AUTHSCOPE_CHROMIUM is "${chosen}", where nothing is: correct it or unset it.`)
  const found = chosen || present() || (await download(present)) || (await installPackage(present))
  if (!found)
    throw new Stop(
      'No Chromium was found: install Chromium or Chrome, or set AUTHSCOPE_CHROMIUM to its path.',
    )
  process.env.AUTHSCOPE_CHROMIUM = found
  return found
}

/** The path of what is there, if it is. */
type Present = () => string | undefined

function download(present: Present): Promise<string | undefined> {
  announce('Downloading Chromium')
  const args = [command('@playwright/test', 'playwright'), 'install', '--no-shell', 'chromium']
  return attempt(present, process.execPath, args, DOWNLOAD_MILLISECONDS)
}

async function installPackage(present: Present): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return undefined
  announce('Installing Chromium with apt-get')
  await attempt(present, 'apt-get', ['update'])
  return attempt(present, 'apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'])
}

async function attempt(present: Present, file: string, args: string[], timeout?: number) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await run(file, args, { env, timeout, advice: '' })
  } catch {
    // Not from here, then: the next way is tried, and the last one says what to do.
  }
  return present()
}
