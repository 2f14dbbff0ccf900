import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { type CommandPlace, commandText, shellWord } from '../../src/cli/command-text.ts'

const placeOf = (globals: Partial<CommandPlace['globals']>): CommandPlace => ({
  world: { workingDir: '/home/ann' },
  globals: { dataDir: undefined, keyFile: undefined, bootstrap: [], mdns: true, ...globals },
})

describe('a command line that is shown', () => {
  it('is about the same peers as the one that shows it, wherever it is pasted', () => {
    expect(commandText(placeOf({}), 'invite')).toBe('peer invite')
    const globals = {
      dataDir: 'my data',
      keyFile: '../key',
      bootstrap: ['/ip4/10.0.0.2/tcp/4601', 'peers.txt'],
      mdns: false,
    }
    expect(commandText(placeOf(globals), 'start', '--lan')).toBe(
      "peer start --lan --data-dir '/home/ann/my data' --key-file /home/key --bootstrap /ip4/10.0.0.2/tcp/4601 " +
        '--bootstrap /home/ann/peers.txt --no-mdns',
    )
  })

  it('has words that a shell reads back as they were, and nothing that a terminal would obey', () => {
    const words = ['plain', '', "ann's photos", 'a|b; $(c) `d` "e" \\', "\x1b[2J\nit's\\", '漢字\u202e', '*?[x]', '~']
    const line = words.map(shellWord).join(' ')
    expect(line).not.toMatch(/[\p{Cc}\u202e]/u)
    const read = execFileSync('bash', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    expect(read.split('\0').slice(0, -1)).toEqual(words)
  })
})
