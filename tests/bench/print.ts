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

/** The table of everything that was measured, by what `--only` calls it. */
export function tablesOf({ peers: versions, results }: Report): [name: string, table: string][] {
  const { requests, wire, storm, signIns, crowds, bytes, storage, growth, peers, start } = results
  const tables = {
    requests: requests && requestTable(REQUESTS_HEADING, requests),
    peers: peers && `${requestTable(PEERS_HEADING, peers)}\n\n${namesOf(versions ?? {})}.`,
    wire: wire && wireTable(wire),
    storm: storm && stormTable(storm),
    'sign-ins': signIns && signInsTable(signIns),
    crowds: crowds && crowdsTable(crowds),
    bytes: bytes && bytesTable(bytes),
    storage: storage && storageTable(storage),
    growth: growth && growthTable(growth),
    start: start && startTable(start),
  }
  return Object.entries(tables).flatMap(([name, table]) => (table ? [[name, table]] : []))
}

/** Everything that was measured, for people. */
export function print(report: Report): void {
  console.log(`\n${machineLine(report.machine)}\nMeasured in ${report.seconds} s.`)
  for (const [, table] of tablesOf(report)) console.log(table)
}
