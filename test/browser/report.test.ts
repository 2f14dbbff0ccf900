import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PATIENCE_MS } from '../support/eventually.ts'
import { chromiumPath } from './chromium.ts'
import { HOSTILE, type MadePage, makeReportPage } from './report-page.ts'

/** WCAG 2.2, 1.4.3: text of ordinary size. 1.4.11: bars, lines and marks. */
const TEXT_CONTRAST = 4.5
const SHAPE_CONTRAST = 3

let browser: Browser
let made: MadePage

beforeAll(async () => {
  made = await makeReportPage()
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'], timeout: PATIENCE_MS })
})

afterAll(async () => {
  await browser?.close()
  if (made !== undefined) rmSync(made.folder, { recursive: true, force: true })
})

interface OpenPage {
  readonly page: Page
  /** Everything that a browser complained about, and every address it asked for. */
  readonly complaints: string[]
  readonly requests: string[]
  /** Addresses that it did not get, and why. */
  readonly refused: string[]
}

async function open(options: { width?: number; dark?: boolean; url?: string } = {}): Promise<OpenPage> {
  const { width = 1280, dark = false, url = made.url } = options
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    offline: true,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`))
  page.on('request', (request) => requests.push(request.url()))
  const refused: string[] = []
  page.on('requestfailed', (request) => refused.push(`${request.url()} ${request.failure()?.errorText}`))
  await page.goto(url)
  return { page, complaints, requests, refused }
}

describe('the report in a browser', () => {
  test('asks for nothing but itself and has nothing to complain about', async () => {
    const { page, complaints, requests } = await open()
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([made.url])
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('is protected by its policy: a script that got into it does not run', async () => {
    const file = join(made.folder, 'spoiled.html')
    writeFileSync(
      file,
      made.html.replace('</main>', '<script>alert(3)</script><img src="https://example.org/x.png"></main>'),
    )
    const { page, complaints, refused } = await open({ url: pathToFileURL(file).href })
    // they are told by the browser's process, perhaps after the page was there
    const faults = (): readonly string[] => complaints.filter((text) => text.includes('Content Security Policy'))
    await expect.poll(() => faults().length, { timeout: PATIENCE_MS }).toBeGreaterThanOrEqual(2)
    await expect.poll(() => refused, { timeout: PATIENCE_MS }).toEqual(['https://example.org/x.png csp'])
    expect(complaints.filter((text) => text.startsWith('dialog'))).toEqual([])
    await page.context().close()
  })

  test('has every part under its heading, and links to each', async () => {
    const { page } = await open()
    const headings = await page.locator('h2').allTextContents()
    const expected = ['Summary', 'Strategies', 'Images per peer', 'Timeline', 'Latency by stage']
    expect(headings).toEqual([...expected, 'Before and after', 'Failures', 'Configuration'])
    expect(await page.locator('h1').count()).toBe(1)
    for (const href of await page
      .locator('nav a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')))) {
      expect(await page.locator(href ?? '').count()).toBe(1)
    }
    await page.context().close()
  })

  test('shows the figures of the summary', async () => {
    const { page } = await open()
    const rows = (caption: string) => page.locator('table', { hasText: caption }).first().locator('tbody tr')
    const cells = async (caption: string, row: number) =>
      await rows(caption).nth(row).locator('th, td').allTextContents()
    expect(await cells('Strategies: figures', 0)).toEqual([
      'random',
      '2',
      '8',
      '2',
      '3.00 s',
      '4.0',
      '18 ms',
      '40 ms',
      '3',
      '2',
      '1.50×',
    ])
    // A = 0.425 and T = 1 s, so 425 ms; D / (1 - A) = 0.1475 / 0.575, so 257 ms
    expect(await cells('Injected sleep: measured', 0)).toEqual(['random', '420 ms', '425 ms', '1.00 s', '988 ms'])
    expect(await cells('Injected sleep: measured', 1)).toEqual(['balanced', '420 ms', '257 ms', '1.00 s', '907 ms'])
    expect((await cells('Peers, random', 0)).slice(0, 5)).toEqual(['attic', '4', '25 %', '2', '3'])
    expect(await page.locator('#failures').textContent()).toContain('2 images failed.')
    await page.context().close()
  })

  test('has pictures that can be seen, and words for each', async () => {
    const { page } = await open()
    const pictures = await page
      .locator('img')
      .evaluateAll((images) =>
        images.flatMap((image) =>
          image instanceof HTMLImageElement ? { width: image.naturalWidth, alt: image.alt } : [],
        ),
      )
    // four before, four after, and one failure that can be decoded
    expect(pictures).toHaveLength(9)
    for (const picture of pictures) {
      expect(picture).toMatchObject({ width: expect.any(Number), alt: expect.stringMatching(/./) })
      expect(picture.width).toBeGreaterThan(0)
    }
    expect(await page.locator('svg[role=img]:not([aria-label])').count()).toBe(0)
    expect(await page.locator('table:not(:has(caption))').count()).toBe(0)
    expect(await page.locator('.placeholder').count()).toBe(1)
    await page.context().close()
  })

  test.each([320, 400, 800, 1280, 2000])('fits a window of %d px', async (width) => {
    const { page } = await open({ width })
    const [scrollWidth = 0, clientWidth = 0] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ])
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth)
    // what is wider than the window can be reached by scrolling in its own region
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('h1, h2, h3, p, li, dd')]
        .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
        .map((element) => element.textContent?.slice(0, 60)),
    )
    expect(cut).toEqual([])
    await page.context().close()
  })

  test.each([false, true])('can be read: contrast, dark %s', async (dark) => {
    const { page } = await open({ dark })
    const faults = await page.evaluate(contrastFaults, [TEXT_CONTRAST, SHAPE_CONTRAST] as const)
    expect(faults).toEqual([])
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(ground).toBe(dark ? 'rgb(20, 24, 29)' : 'rgb(255, 255, 255)')
    await page.context().close()
  })

  test('everything that scrolls or links is reached with Tab, and shows it', async () => {
    const { page } = await open({ width: 400 })
    const wanted = await page.locator('a[href], [tabindex="0"]').count()
    const reached = new Set<string>()
    for (let step = 0; step < wanted; step++) {
      await page.keyboard.press('Tab')
      const focused = await page.evaluate(() => {
        const element = document.activeElement
        if (element === null || element === document.body) return undefined
        const all = [...document.querySelectorAll('a[href], [tabindex="0"]')]
        return { index: all.indexOf(element), outline: getComputedStyle(element).outlineStyle }
      })
      if (focused === undefined) break
      expect(focused.outline).toBe('solid')
      reached.add(String(focused.index))
    }
    expect(reached.size).toBe(wanted)
    const unreachable = await page.evaluate(() =>
      [...document.querySelectorAll('main *')]
        .filter(
          (element) =>
            /auto|scroll/.test(getComputedStyle(element).overflowX) && element.getAttribute('tabindex') !== '0',
        )
        .map((element) => element.className),
    )
    expect(unreachable).toEqual([])
    await page.context().close()
  })

  test('shows hostile names as the text that they are', async () => {
    const { page } = await open()
    expect(await page.locator('script').count()).toBe(0)
    expect(await page.locator('img[onerror]').count()).toBe(0)
    for (const place of ['#peers', '#timeline', '#images', '#failures', '#configuration']) {
      expect(await page.locator(place).textContent()).toContain(HOSTILE)
    }
    await page.context().close()
  })

  test('tells kinds of attempts apart by shape, not by colour alone', async () => {
    const { page } = await open()
    const shapes = await page
      .locator('#timeline-chart-0 path.mark')
      .evaluateAll((marks) => marks.map((mark) => [mark.classList[1], mark.getAttribute('d')] as const))
    const byKind = new Map(shapes)
    expect([...byKind.keys()].sort()).toEqual(['failed', 'hedged', 'lost', 'refused', 'retried'])
    expect(new Set(byKind.values()).size).toBe(5)
    expect(
      await page
        .locator('#timeline-chart-0 rect.sleep')
        .first()
        .evaluate((bar) => getComputedStyle(bar).fill),
    ).toContain('url(')
    await page.context().close()
  })

  test('prints on white, with everything in it', async () => {
    const { page } = await open({ dark: true })
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(
      await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--ground').trim()),
    ).toBe('#ffffff')
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    await page.setViewportSize({ width: 720, height: 1000 })
    const widest = await page.evaluate(() =>
      Math.max(...[...document.querySelectorAll('svg')].map((svg) => svg.getBoundingClientRect().right)),
    )
    expect(widest).toBeLessThanOrEqual(720)
    await page.context().close()
  })
})

/** Runs in the page: texts and shapes that stand out too little from what is behind them. */
function contrastFaults([ofText, ofShapes]: readonly [number, number]): string[] {
  const channels = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const ratio = (a: string, b: string): number => {
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
    return (light + 0.05) / (dark + 0.05)
  }
  const groundOf = (element: Element | null): string => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor
      if (colour !== 'rgba(0, 0, 0, 0)' && colour !== 'transparent') return colour
    }
    return 'rgb(255, 255, 255)'
  }
  const faults = new Set<string>()
  for (const element of document.querySelectorAll('body *')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '')
    const isSvgText = element instanceof SVGElement && /^(text|tspan)$/.test(element.tagName)
    const style = getComputedStyle(element)
    if (element instanceof SVGElement ? isSvgText && hasText : hasText) {
      const colour = isSvgText ? style.fill : style.color
      const got = ratio(colour, groundOf(element))
      if (got < ofText) faults.add(`${element.tagName}.${element.getAttribute('class')} ${colour} ${got.toFixed(2)}`)
    } else if (element.matches('.work, .mark, .sleep-solid, .refusals, .median, .measured')) {
      const colour = style.fill === 'none' ? style.stroke : style.fill
      const got = ratio(colour, groundOf(element))
      if (got < ofShapes) faults.add(`${element.getAttribute('class')} ${colour} ${got.toFixed(2)}`)
    }
  }
  return [...faults]
}
