// To start three instances takes longer than most of what is tested at them: these share theirs.
import './revocation.ts'
import './wire.ts'
import './rolling.ts'
