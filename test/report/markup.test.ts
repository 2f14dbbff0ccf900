import { expect, test } from 'vitest'
import { markup, trustedMarkup } from '../../src/report/markup.ts'

test('text is escaped in content and in attributes', () => {
  const name = `"><script>alert('x')</script>&`
  const page = markup`<p title="${name}">${name}</p>`.toString()
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;'
  expect(page).toBe(`<p title="${escaped}">${escaped}</p>`)
})

test('markup inside markup stays, lists are joined, nothing is nothing', () => {
  const items = ['a<', 'b'].map((item) => markup`<li>${item}</li>`)
  expect(markup`<ul>${items}${undefined}${false}${7}</ul>`.toString()).toBe('<ul><li>a&lt;</li><li>b</li>7</ul>')
})

test('control characters and changes of direction are shown, not obeyed', () => {
  expect(markup`${'a\u202Egpj.exe\n\u0000'}`.toString()).toBe('a\\u202egpj.exe\\n\\x00')
})

test('only what is called trusted stays as it is', () => {
  expect(markup`${trustedMarkup('<b>')}${'<b>'}`.toString()).toBe('<b>&lt;b&gt;')
})
