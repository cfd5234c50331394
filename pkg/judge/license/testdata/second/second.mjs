// docs/licenses.md in JavaScript. It reads one case a line and writes one answer a line.

import { once } from 'node:events'
import { createInterface } from 'node:readline'

const strengths = { self_report: 0, document: 1, seen: 2, register: 3 }
const severity = ['none', 'reinstated', 'conditions', 'probation', 'restricted', 'suspended', 'surrendered', 'revoked']
const lifts = {
  none: ['conditions', 'probation', 'restricted', 'suspended'],
  reinstated: ['suspended', 'surrendered', 'revoked'],
}
const titles = {
  full: [
    'massage therapist', 'massage practitioner', 'massage therapy practitioner', 'massage and bodywork therapist',
    'massage bodywork therapist', 'bodywork therapist', 'massage therapist or bodywork therapist',
    'massage therapist and bodywork therapist', 'myotherapist', 'myomassologist',
    'lmt', 'lmp', 'lmbt', 'rmt', 'rmp', 'cmt', 'cmp', 'mmp', 'mt',
  ],
  student: [
    'student massage therapist', 'massage student', 'massage therapy student', 'massage therapist student',
    'massage trainee', 'massage therapy trainee', 'massage therapist trainee',
    'massage intern', 'massage therapy intern', 'massage therapist intern',
  ],
  apprentice: [
    'massage apprentice', 'massage therapy apprentice', 'massage therapist apprentice', 'apprentice massage therapist',
  ],
  assistant: [
    'massage assistant', 'massage therapy assistant', 'massage therapist assistant', 'massage assistant in training',
  ],
  temporary: [
    'temporary massage therapist', 'massage therapist temporary', 'provisional massage therapist',
    'massage therapist provisional', 'temporary massage and bodywork therapist',
    'provisional massage and bodywork therapist',
  ],
  instructor: ['massage instructor', 'massage therapy instructor', 'massage therapist instructor'],
  establishment: [
    'massage establishment', 'massage therapy establishment', 'massage business', 'massage therapy business',
    'massage facility', 'massage therapy facility', 'massage school', 'massage therapy school',
    'school of massage', 'school of massage therapy',
  ],
}
const trimmings = [
  'licensed', 'license', 'registered', 'registration', 'certified', 'certificate', 'certification', 'state',
]

export function kindOf(title, own = {}) {
  const name = title.toLowerCase().replaceAll('.', '').replaceAll('&', ' and ').replace(/[-/,()]/g, ' ')
    .split(/\s+/).filter((word) => word && !trimmings.includes(word)).join(' ')
  if (own[name]) return own[name]
  for (const [kind, all] of Object.entries(titles)) {
    if (all.includes(name)) return kind
  }
  return ['massage', 'bodywork', 'myotherap'].some((part) => name.includes(part)) ? 'unlisted' : 'other'
}

function addDays(day, count) {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + count)
  return date.toISOString().slice(0, 10)
}

// A moment is compared by its milliseconds and then by the digits after them.
function compareMoments(a, b) {
  const first = Date.parse(a)
  const second = Date.parse(b)
  if (first !== second) return first - second
  const digits = (text) => (/\.(\d+)/.exec(text)?.[1] ?? '').padEnd(9, '0')
  return digits(a) < digits(b) ? -1 : digits(a) > digits(b) ? 1 : 0
}

function compareWords(a, b) {
  if (a.checkedOn !== b.checkedOn) return a.checkedOn < b.checkedOn ? -1 : 1
  return compareMoments(a.recordedAt, b.recordedAt) || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id))
}

function authorityOf(event) {
  return (event.authority ?? '').toLowerCase().trim().replace(/\s+/g, ' ')
}

const isLater = (a, b) => compareWords(a, b) > 0

function strengthOf(event) {
  if (event.method === 'primary_source') return event.register ? strengths.register : strengths.seen
  return event.method === 'document' ? strengths.document : strengths.self_report
}

class Rules {
  constructor(rules) {
    this.rules = rules ?? []
  }

  has(kind) {
    return this.rules.some((rule) => rule.kind === kind)
  }

  of(kind, status) {
    return this.rules.find((rule) => rule.kind === kind && (!rule.statuses?.length || rule.statuses.includes(status)))
  }
}

class Judgment {
  constructor(license, rules, asked) {
    this.license = license
    this.rules = rules
    this.asked = asked
    this.on = asked.on
    this.days = asked.days || 30
    this.hear()
  }

  counts(strength, organization) {
    if (strength === strengths.register) return true
    if (strength !== strengths.seen) return false
    return Boolean(this.asked.own || this.asked.others || (this.asked.for && this.asked.for === organization))
  }

  isHeard(moment) {
    return !this.asked.known_at || compareMoments(moment, this.asked.known_at) <= 0
  }

  hear() {
    const words = { lifecycle: [], term: [], discipline: [] }
    const events = (this.license.events ?? []).filter((event) => this.isHeard(event.recorded_at))
    const withdrawn = new Set(events.filter((event) => event.withdraws).map((event) => event.withdraws))
    for (const event of events) {
      if (event.withdraws || withdrawn.has(event.id)) continue
      const strength = strengthOf(event)
      words[event.axis]?.push({
        id: event.id,
        event: true,
        status: event.status,
        since: event.effective_on,
        until: event.until,
        authority: authorityOf(event),
        lifts: event.lifts,
        checkedOn: event.checked_on,
        recordedAt: event.recorded_at,
        strength,
        counts: this.counts(strength, event.organization),
      })
    }
    for (const look of this.license.looks ?? []) {
      if (this.isHeard(look.at)) this.hearLook(look, words)
    }
    for (const axis of Object.keys(words)) {
      words[axis] = words[axis].filter((word) => word.since <= this.on).sort(compareWords)
    }
    words.lifecycle = words.lifecycle.filter((word) => !word.until || word.until >= this.on)
    this.words = words
  }

  hearLook(look, words) {
    const strength = look.register ? strengths.register : strengths.seen
    const word = {
      id: look.id,
      event: false,
      authority: '',
      since: look.checked_on,
      checkedOn: look.checked_on,
      recordedAt: look.at,
      strength,
      counts: this.counts(strength, look.organization),
    }
    if (look.outcome === 'not_found') {
      if (word.counts && word.checkedOn <= this.on && (!this.lost || isLater(word, this.lost))) this.lost = word
      return
    }
    if (look.outcome !== 'same' && look.outcome !== 'changed') return
    if (look.lifecycle) words.lifecycle.push({ ...word, status: look.lifecycle })
    if (look.expires_on) words.term.push({ ...word, until: look.expires_on })
    if (look.discipline) words.discipline.push({ ...word, status: look.discipline })
  }

  isOver(later, earlier) {
    return later.strength >= earlier.strength && (later.counts || !earlier.counts) &&
      (earlier.since <= later.checkedOn || earlier.since <= later.since)
  }

  isFresh(word) {
    if (this.on > addDays(word.checkedOn, this.days)) return false
    return !(this.lost && isLater(this.lost, word) && this.isOver(this.lost, word))
  }

  refusesLifecycle(word) {
    const status = word.status === 'reinstated' ? 'active' : word.status
    if (this.rules.has('practices')) return !this.rules.of('practices', status)
    return status !== 'active'
  }

  isFinal(status) {
    return status === 'null_and_void' || status === 'relinquished' || Boolean(this.rules.of('final', status))
  }

  refusesTerm(word) {
    if (!word.until) return false
    const after = this.rules.of('unrenewed', 'active')?.becomes || 'expired'
    const late = this.rules.of('late_renewal', after)
    return this.on > (late?.practice ? addDays(word.until, late.days ?? 0) : word.until)
  }

  standing(words, refuses, isFinal) {
    let kept = []
    const against = new Map()
    for (const word of words) {
      kept = kept.filter((earlier) => {
        if (!this.isOver(word, earlier)) return true
        if (!isFinal(earlier) || word.status === 'reinstated') return false
        if (!refuses(word)) against.set(earlier, word)
        return true
      })
      kept.push(word)
    }
    return { kept, against }
  }

  comesTo({ kept, against }, refuses) {
    const result = {}
    for (const word of kept) {
      if (refuses(word)) result[word.counts && !against.has(word) ? 'no' : 'doubt'] = word
      else result[word.counts && this.isFresh(word) ? 'yes' : 'last'] = word
    }
    return result
  }

  bars(status) {
    const rule = this.rules.of('disciplined', status)
    if (rule) return !rule.practice
    return ['suspended', 'surrendered', 'revoked'].includes(status)
  }

  discipline(lifecycleKept) {
    const events = this.words.discipline.filter((word) => word.event)
    const isLifted = (order, candidates) => candidates.some((event) =>
      isLater(event, order) && this.isOver(event, order) && lifts[event.status]?.includes(order.status) &&
      (event.lifts ? order.event && event.lifts === order.id : event.authority === order.authority))
    const orders = events.filter((order) =>
      order.status !== 'none' && order.status !== 'reinstated' &&
      (!order.until || order.until >= this.on) && !isLifted(order, events))
    const result = {}
    for (const order of orders.filter((order) => this.bars(order.status))) {
      const stoodAgainst = ['surrendered', 'revoked'].includes(order.status) && lifecycleKept.some((word) =>
        word.counts && isLater(word, order) && word.checkedOn > order.checkedOn &&
        this.isOver(word, order) && !this.refusesLifecycle(word))
      const name = order.counts && !stoodAgainst ? 'no' : 'doubt'
      const found = result[name]
      if (!found || severity.indexOf(order.status) >= severity.indexOf(found.status)) result[name] = order
    }
    const latest = this.words.discipline.filter((word) => word.counts && word.status !== 'reinstated' && !word.lifts && word.authority === '' && !(word.event && word.status !== 'none' && word.until && word.until < this.on)).at(-1)
    if (latest && !latest.event && this.bars(latest.status) && !isLifted(latest, events)) {
      const earlier = events.filter((event) => isLater(latest, event))
      const isSaid = events.some((event) => event.status === latest.status && event.counts && event.authority === '' &&
        (!event.until || event.until >= latest.checkedOn) && !isLifted(event, earlier))
      if (!isSaid) result.doubt ??= latest
    }
    const saw = latest?.status === 'none' || orders.some((order) => order.status === latest?.status)
    if (latest) result[saw && this.isFresh(latest) ? 'yes' : 'last'] = latest
    return result
  }

  judge() {
    const refusesLifecycle = (word) => this.refusesLifecycle(word)
    const refusesTerm = (word) => this.refusesTerm(word)
    const standing = this.standing(this.words.lifecycle, refusesLifecycle, (word) => this.isFinal(word.status))
    this.lifecycle = this.comesTo(standing, refusesLifecycle)
    this.term = this.comesTo(this.standing(this.words.term, refusesTerm, () => false), refusesTerm)
    this.orders = this.discipline(standing.kept)
    this.kind = kindOf(this.license.title, this.asked.titles?.[this.license.jurisdiction])
    this.isFuture = this.on > this.asked.today
    const isCertainOrder = ['surrendered', 'revoked'].includes(this.orders.no?.status)

    let answer = this.answerOfTheDay()
    const lasts = answer === 'no' &&
      (isCertainOrder || (this.lifecycle.no && this.isFinal(this.lifecycle.no.status)) || this.term.no)
    if ((this.isFuture && !lasts) || this.license.holder) answer = 'could_not_check'

    const judged = { answer, barred: false, doubted: false }
    if (this.kind === 'establishment' || this.kind === 'other' || this.license.holder === 'disowned') return judged
    if (this.orders.no && (!this.isFuture || isCertainOrder) && this.license.holder !== 'contested') {
      judged.barred = true
      judged.barred_since = this.orders.no.since
    } else if (this.orders.no || this.orders.doubt) {
      judged.doubted = true
      judged.doubted_since = (this.orders.no ?? this.orders.doubt).since
    }
    return judged
  }

  answerOfTheDay() {
    if (this.kind !== 'full') return 'could_not_check'
    if (this.orders.no) return 'no'
    if (this.license.issued_on && this.license.issued_on > this.on) return 'could_not_check'
    if (this.lifecycle.no || this.term.no) return 'no'
    if (this.lifecycle.doubt || this.term.doubt || this.orders.doubt) return 'could_not_check'
    return this.lifecycle.yes && this.term.yes && this.orders.yes ? 'yes' : 'could_not_check'
  }
}

// Each item has its license, the license's judgment and whether the license is full.
function answerOfPlace(items) {
  const latest = (name) => items.filter((item) => item.judged[name]).reduce((found, item) =>
    !found || item.judged[`${name}_since`] > found.judged[`${name}_since`] ? item : found, undefined)
  const fullYes = items.find((item) => item.full && item.judged.answer === 'yes')
  let bar = latest('barred')
  let doubt = latest('doubted')
  if (fullYes && bar && fullYes.license.issued_on && fullYes.license.issued_on > bar.judged.barred_since) {
    if (!fullYes.license.organization) doubt = bar
    bar = undefined
  }
  if (bar) return 'no'
  if (fullYes && doubt && doubt !== fullYes) return 'could_not_check'
  if (fullYes) return 'yes'
  if (items.some((item) => item.full && item.judged.answer === 'could_not_check')) return 'could_not_check'
  if (items.some((item) => item.full && item.judged.answer === 'no')) return 'no'
  return 'could_not_check'
}

export function answer(asked) {
  const places = new Map()
  const judgments = asked.licenses.map((license) => {
    const judged = new Judgment(license, new Rules(asked.rules?.[license.jurisdiction]), asked).judge()
    const item = { license, judged, full: kindOf(license.title, asked.titles?.[license.jurisdiction]) === 'full' }
    if (!places.has(license.jurisdiction)) places.set(license.jurisdiction, [])
    places.get(license.jurisdiction).push(item)
    return judged
  })
  const jurisdictions = {}
  let hasYes = false
  let hasBar = false
  for (const [code, items] of places) {
    jurisdictions[code] = answerOfPlace(items)
    if (jurisdictions[code] === 'yes') hasYes = true
    else hasBar ||= items.some((item) => item.judged.barred || item.judged.doubted)
  }
  return { licenses: judgments, jurisdictions, holds: hasYes && !hasBar }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line === '') continue
  if (!process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`)) await once(process.stdout, 'drain')
}
