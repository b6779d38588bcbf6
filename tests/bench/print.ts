import type { Report } from './bench.ts'
import { bytesTable } from './bytes.ts'
import { crowdsTable } from './crowds.ts'
import { growthTable } from './growth.ts'
import { PEERS_HEADING, REQUESTS_HEADING, requestTable } from './request-table.ts'
import { signInsTable } from './sign-ins.ts'
import { startTable } from './start.ts'
import { storageTable } from './storage.ts'
import { stormTable } from './storm.ts'
import { machineLine, namesOf } from './tables.ts'
import { wireTable } from './wire.ts'

/** Everything that was measured, for people: each table as it goes into a document too. */
export function print({ machine, peers: versions, results, seconds }: Report): void {
  const { requests, wire, storm, signIns, crowds, bytes, storage, growth, peers, start } = results
  console.log(`\n${machineLine(machine)}\nMeasured in ${seconds} s.`)
  if (versions) console.log(`Peers: ${namesOf(versions)}`)
  const tables = [
    requests && requestTable(REQUESTS_HEADING, requests),
    peers && requestTable(PEERS_HEADING, peers),
    wire && wireTable(wire),
    storm && stormTable(storm),
    signIns && signInsTable(signIns),
    crowds && crowdsTable(crowds),
    bytes && bytesTable(bytes),
    storage && storageTable(storage),
    growth && growthTable(growth),
    start && startTable(start),
  ]
  for (const one of tables) if (one) console.log(one)
}
