/**
 * Every bound of the program, with its reason. Nothing that grows, waits or is retried has its bound anywhere else.
 * Units stand last in the names. A bound that peers must agree on is marked "wire".
 *
 * Sections, in this order:
 * - between peers: frames, task streams, credits and places, deadlines of an attempt
 * - a job at its coordinator: retries of a task, peers that fail or lie, coordinator, tiles of huge images, watched folders
 * - the cluster: membership, connections, the gossip router, jobs and rates as they are shown
 * - work on images: executor, workers, images and their codecs, pipelines and data, models
 * - disk and people: files, identity and keys, what a person may type, the command line, dashboard, reports, peer doctor, metrics
 * - a program at rest: memory of a peer at rest
 */

const KIB = 1024
const MIB = 1024 * KIB
const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const MEGAPIXEL = 1_000_000

// ---- frames (wire) ----

/** A body chunk: small enough that a beat behind one waits under a millisecond, large enough to amortise a frame. */
export const MAX_CHUNK_BYTES = 256 * KIB
/** A body up to this rides in its OFFER or RESULT: saves a round trip and half of the CPU time where the photo is small. */
export const MAX_INLINE_BODY_BYTES = 128 * KIB
/** One frame with its envelope: a chunk, or an inline body beside a pipeline, plus room for the fields. */
export const MAX_FRAME_BYTES = MAX_CHUNK_BYTES + 64 * KIB
/** A whole body. A 50-megapixel 16-bit RGB TIFF is 300 MB; nothing a peer may accept is larger than this. */
export const MAX_BODY_BYTES = 512 * MIB
/** The checksum of a body or of pixels: it has to find accidents and slips, not attacks (base/checksum.ts), and 128 bits do. */
export const CHECKSUM_BYTES = 16
/** Pipeline text: sixty operations with all their parameters fit; it travels with every OFFER. */
export const MAX_PIPELINE_BYTES = 4 * KIB
/** Sentences for strangers (FAILED, REFUSE): a line or two. */
export const MAX_MESSAGE_BYTES = 512
/** Peer names, versions, strategy names. */
export const MAX_NAME_BYTES = 64
/** Tasks named in one BEAT; an executor that holds more sends several. */
export const MAX_BEAT_TASKS = 256
/** Multiaddrs in one load report: all interfaces of a well-connected machine. */
export const MAX_ADDRESSES = 16
/** One multiaddr in text form. */
export const MAX_ADDRESS_BYTES = 256
/** Strategies in one load report. */
export const MAX_STRATEGIES = 16
/** Load reports (own and heard) in one hello: a cluster of 512 in one round trip; the rest comes by gossip. */
export const MAX_HELLO_REPORTS = 512
/** A hello message: MAX_HELLO_REPORTS reports of at most about 2 KiB each. */
export const MAX_HELLO_BYTES = 1 * MIB
/** A gossip message. A report is about 400 bytes; with every list full about 6 KiB. */
export const MAX_GOSSIP_BYTES = 16 * KIB
/** A side of an image: PNG's own bound, and no other format has a larger one. */
export const MAX_SIDE_PX = 2 ** 31 - 1
/** Any duration told to others: a year, longer than any job, and sums of it stay exact. */
export const MAX_DURATION_MS = 365 * 24 * 60 * MINUTE_MS
/** Slots of one executor: more than the cores of any machine; credits in pixels grow with it. */
export const MAX_SLOTS = 4096

// ---- task streams ----

/** Control frames waiting for a peer that does not read: a full credit of inline bodies is 1.1 MB, this is four of them. */
export const MAX_CONTROL_QUEUE_BYTES = 4 * MIB
/** After closing our side of a stream: the other side gets this long to close its own before the stream is reset. */
export const STREAM_CLOSE_MS = 5 * SECOND_MS
/**
 * A frame that nobody waits for goes with the next one, or alone after this: a packet spared at each end, 0.1 ms of each small
 * photo, for news that is so much older. Not longer, so that an image that ends its peer was accepted before it did.
 */
export const SEND_TOGETHER_MS = 20
/** Opening a task stream: protocol negotiation over an open connection. */
export const TASK_STREAM_OPEN_MS = 5 * SECOND_MS
/** Task streams of one protocol over one connection: one is enough, others are closing or being reopened. */
export const MAX_TASK_STREAMS = 64
/** The window that every yamux stream begins with; its specification says so. */
export const YAMUX_FIRST_WINDOW_BYTES = 256 * KIB
/** The window of a stream that carries much. A wider one spares little, and what fills it stands before a beat on a slow network. */
export const YAMUX_WINDOW_BYTES = MIB
/** A yamux frame up to this is joined into one piece: the copy takes less than the TLS record that it spares. */
export const YAMUX_JOINED_BYTES = 64 * KIB

// ---- credits and places (wire) ----

/** Tasks beyond its slots that a peer grants one coordinator because they are small and far away: DESIGN "at most 16". */
export const MAX_ADAPTIVE_CREDIT_TASKS = 16
/** Tasks one coordinator may have outstanding at one executor: one for each of the most slots, and one that is ready. */
export const MAX_CREDIT_TASKS = 257
/** Pixels one coordinator may have outstanding at one executor, per slot: decoded rgba of 64 MP is 256 MB. */
export const CREDIT_PIXELS_PER_SLOT = 64 * MEGAPIXEL
/** OFFERs an executor parks per coordinator: a full credit; they hold no pixels but inline bodies, 34 MB at most. */
export const MAX_PARKED_PER_COORDINATOR = MAX_CREDIT_TASKS
/** OFFERs an executor parks in all: thirty-two coordinators with a full credit each, about 66 MB at worst. */
export const MAX_PARKED_TOTAL = 512
/** Coordinators served at once: each holds a stream and a park. */
export const MAX_COORDINATORS = 64
/** Task streams of one peer among them: one for each job that it coordinates at the same time. */
export const MAX_STREAMS_PER_COORDINATOR = 16
/** When all places are taken, a stream that has nothing here and was silent this long gives its place to a new one. */
export const YIELD_IDLE_STREAM_MS = 10 * SECOND_MS
/** A stream that has nothing here and was silent this long is closed: its coordinator opens another when it has a task. */
export const TASK_STREAM_IDLE_MS = 10 * MINUTE_MS

// ---- deadlines of an attempt ----

/** From ACCEPT to the body's first chunk: the coordinator read the file before it offered. */
export const BODY_START_MS = 10 * SECOND_MS
/** Between two chunks of one body: 256 KiB in 10 s is 26 KB/s, slower than any network this is meant for. */
export const BODY_STALL_MS = 10 * SECOND_MS
/** From a frame's first byte to its last: MAX_FRAME_BYTES in 30 s is 11 KB/s. */
export const FRAME_STALL_MS = 30 * SECOND_MS
/** A finished result that its coordinator does not take off the stream. */
export const RESULT_STALL_MS = 30 * SECOND_MS
/** How often an executor that holds tasks says so. */
export const BEAT_INTERVAL_MS = 1 * SECOND_MS
/** Silence after which a coordinator gives an executor's tasks to others: three beats. */
export const LEASE_MS = 3 * SECOND_MS
/**
 * Added to a lease: so many times the worst lateness of the coordinator's own ticks in the last LATENESS_MEMORY_MS. Twice, because
 * beats are late at both ends; eight executors that saturated two cores sent theirs up to 2.7 s late (measured).
 */
export const LATENESS_PATIENCE = 2
export const LATENESS_MEMORY_MS = 10 * SECOND_MS
/** Silence after which a task stream is opened anew: its executor may live and have lost the tasks; a stopped one gets its late
 * results in before. */
export const SILENT_STREAM_MS = 10 * SECOND_MS
/**
 * An executor that says it holds tasks and answers none of them for so long, and for so many times the job's usual response time, is
 * stuck: others do them too. Ten times the default `--task-timeout`; beside much slower work than usual it is only done twice.
 */
export const STUCK_MS = 10 * MINUTE_MS
export const STUCK_RESPONSES = 20
/** Graceful leave: running tasks get this long to finish before they are handed back. */
export const LEAVE_MS = 5 * SECOND_MS

// ---- retries of a task ----

/** After a worker crash or a task timeout: once more, on another peer where there is one. */
export const MAX_CRASH_ATTEMPTS = 2
/** After losing the peer: five losses of one task mean that the task, not the peers, is the likely cause. */
export const MAX_LOST_ATTEMPTS = 5
/** Losses after which a task runs alone at its peer, so that those that were merely beside it are not blamed for it. */
export const LOST_BEFORE_ALONE = 2
/** After a transport digest did not match. */
export const MAX_DIGEST_ATTEMPTS = 3
/** Pause when every peer refused a task by load, before all are asked again. */
export const ALL_REFUSED_PAUSE_MS = 25
/** Backoff after BUSY: first, and at most; doubles, reset by an acceptance. */
export const BUSY_BACKOFF_FIRST_MS = 25
export const BUSY_BACKOFF_MAX_MS = 500

// ---- peers that fail or lie ----

/** Failures that other peers did not have, after which a peer is put aside: one is chance, two may be. */
export const QUARANTINE_STRIKES = 3
/** How far back they count: a machine that fails once an hour still does more than it harms. */
export const QUARANTINE_MEMORY_MS = 10 * MINUTE_MS
/** How long a peer is put aside: first, and at most; doubles. Long enough to be seen, short enough to come back in a job. */
export const QUARANTINE_FIRST_MS = 30 * SECOND_MS
export const QUARANTINE_MAX_MS = 10 * MINUTE_MS
/** Results that a peer gives one by one before it is trusted again. */
export const PROBATION_RESULTS = 3
/** A peer that gave wrong results stays out of the runs that continue the job: long enough to be repaired, and a resumed job to end. */
export const LIAR_MEMORY_MS = 24 * 60 * MINUTE_MS

// ---- coordinator ----

/** Hedged twins of a job: this share of its tasks, and at least one. */
export const HEDGE_SHARE = 0.05
/** Reopening a task stream to a peer after it failed: first, and at most; doubles. */
export const RECONNECT_FIRST_MS = 250
export const RECONNECT_MAX_MS = 5 * SECOND_MS
/** Tasks read and not yet in the window: enough that no executor waits for the disk, however many images there are. */
export const READ_AHEAD_TASKS = 4
/** Source bytes held in memory by a coordinator at once; one file above it is still read alone. */
export const MAX_SOURCE_BYTES_IN_MEMORY = 256 * MIB
/** Results being written at once: enough to hide a disk's latency. */
export const MAX_CONCURRENT_WRITES = 4
/** How often a coordinator looks at leases, backoffs, twins and the give-up clock: fine enough for the 3 s lease. */
export const COORDINATOR_TICK_MS = 100
/** Of a pause in which nobody was asked because the reader of the events was behind, so much counts if peers refuse after it. */
export const MAX_COUNTED_LAG_MS = SECOND_MS
/** Outcomes waiting for the writer before no further task enters the window. */
export const MAX_UNSAVED_OUTCOMES = 16
/** Latest response times of a job that its usual (median) one is taken from. */
export const USUAL_RESPONSE_SAMPLES = 64
/** Events a consumer of `peer.submit` may leave unread before the coordinator waits for it. */
export const MAX_PENDING_EVENTS = 1024
/** Files of one job. Their names are held in memory: about 200 bytes each, 100 MB at this bound; 700 each in a watched folder. */
export const MAX_JOB_FILES = 500_000
/** Response times kept per peer for weighted-response-time: DESIGN "its last 20 tasks". */
export const RESPONSE_TIME_SAMPLES = 20
/** After the first executor is known, hello answers of the others are still on their way: wait this long for them. */
export const SETTLE_MS = 250

// ---- tiles of huge images ----

/** `--tile N`: below 64 px the margins are most of the work; 4096 with its margins still fits every worker. */
export const MIN_TILE_PX = 64
export const MAX_TILE_PX = 4096
/** `--tile auto`: bodies of about 1 MB; larger where a pipeline looks far, so that margins stay a part of the work. */
export const AUTO_TILE_PX = 512
/** Pixels around a tile for operations that look at the whole image, with `--approximate-tiles`. */
export const APPROXIMATE_TILE_REACH_PX = 64
/** What a later pass is told of earlier ones (wire): the steps of a pipeline that need two passes. */
export const MAX_TILE_KNOWN = 8
/** What a later pass is told of one earlier (wire): three tables of 256 levels fit. */
export const MAX_TILE_KNOWN_BYTES = 1024
/** Bodies of tiles that a coordinator reads ahead: they are read again from its own disk in a millisecond. */
export const MAX_TILE_BYTES_IN_MEMORY = 32 * MIB
/** Places remembered while edges are followed over tiles: 16 MB; only images full of edges need more, and look again. */
export const MAX_PENDING_EDGE_PIXELS = 4_000_000
/** A tiled image: its edge map takes 2 bits a pixel of the coordinator's memory, its samples up to 8 bytes on the disk. */
export const MAX_TILED_PIXELS = 2_000 * MEGAPIXEL
/** Decoding a huge file to the disk, and encoding what was stitched, each: a slow disk with 2,000 megapixels. */
export const HUGE_CODEC_MS = 60 * MINUTE_MS
/** Read from or written to the disk at once when a stitched image is walked through. */
export const STITCH_CHUNK_BYTES = 4 * MIB

// ---- watched folders ----

/** A file whose size and time of change stayed the same for so long is complete, if its header can be read. */
export const WATCH_SETTLED_MS = 1 * SECOND_MS
/** After so long without a change a file is handed on though its header cannot be read: a copy that stalls takes less. */
export const WATCH_DOUBT_MS = 10 * SECOND_MS
/** Changes that are told one after another are looked at together. */
export const WATCH_GATHER_MS = 100
/** All files are looked at again this often, whatever is told: network file systems tell nothing. */
export const WATCH_RESCAN_MS = 5 * SECOND_MS
/** And after a pause of so many times what the last look took: 5 % of the time at most, however many files there are. */
export const WATCH_RESCAN_PAUSES = 20
/** Paths that are told and not looked at yet; above it everything is looked at. */
export const MAX_WATCH_HINTS = 10_000
/** Folders whose changes are told, one of the system's watches each (old kernels have 8,192 for all programs of a user). */
export const MAX_WATCHED_FOLDERS = 4_096

// ---- membership ----

/** Reports while something changes: every max(250 ms, peers x 50 ms), so a peer hears about 20 a second at any size. */
export const REPORT_BUSY_MS = 250
export const REPORT_BUSY_PER_PEER_MS = 50
/** Reports while nothing changes: every max(5 s, peers x 100 ms). */
export const REPORT_IDLE_MS = 5 * SECOND_MS
export const REPORT_IDLE_PER_PEER_MS = 100
/** `nextReportWithinMs` that a peer may announce (wire): above it silence could never be noticed. */
export const MAX_NEXT_REPORT_MS = 10 * MINUTE_MS
/** Silence, in announced intervals, after which a peer is suspect. */
export const SUSPECT_INTERVALS = 2.5
/** The direct ping that decides between suspect and dead. */
export const SUSPECT_PING_MS = 5 * SECOND_MS
/** Of them, how long an open connection is waited for alone: it may be dead at the other end, so that a new one is tried then. */
export const SUSPECT_REDIAL_MS = 2 * SECOND_MS
/** Dead and left peers stay listed this long with "last seen". */
export const FORGET_MS = 10 * MINUTE_MS
/** A timer this late means that this process was stopped or starved: it restarts its clocks and accuses nobody. */
export const STARVED_MS = 2 * SECOND_MS
/** Peers known at once; beyond it the longest dead are dropped first. */
export const MAX_PEERS = 2_000
/** A hello, both ways. */
export const HELLO_MS = 10 * SECOND_MS
/** What a person wants at once (load, pause, drain) is gossiped with this between two reports: a key held down repeats faster. */
export const URGENT_REPORT_MS = 100
/** How often membership looks for silence. */
export const MEMBERSHIP_TICK_MS = 500
/** Added to the announced interval of reports: what delivery and a busy machine may cost. */
export const REPORT_SLACK_MS = 1 * SECOND_MS
/** After the last report of a life: time for it to leave the process. */
export const LEAVE_FLUSH_MS = 200

// ---- connections ----

/** Connections each peer keeps by dialling peers it heard of, so that losing the first one splits nothing. */
export const MIN_CONNECTIONS = 6
/**
 * Peers of a cluster in which everybody is connected with everybody, so that reports are not passed on: a connection costs its
 * two ends a ping each 30 s, which is less than the copies of reports would be.
 */
export const SMALL_CLUSTER_PEERS = 24
/** How often a peer with fewer connections dials again, plus jitter of as much. */
export const DIAL_INTERVAL_MS = 2 * SECOND_MS
/** One dial, with handshake and proof: some 10 ms of CPU, and some seconds where a flock starts on a busy machine. */
export const DIAL_MS = 10 * SECOND_MS
/** The membership proof after the inner handshake; before it, the handshake gets as long again. */
export const ADMISSION_MS = 10 * SECOND_MS
/** Ports tried upwards from the default one: the peers of one user on one machine. */
export const MAX_PORT_TRIES = 256
/** Connections at once: a coordinator to every executor of a cluster of 512, twice where both dialled. */
export const MAX_CONNECTIONS = 1024
/** Inbound connections a second from one address: fifty peers on one machine starting together. */
export const MAX_INBOUND_CONNECTIONS_PER_SECOND = 256
/**
 * Inbound connections that have not proved a key yet; beyond it one of the host with the most goes. A member proves within
 * milliseconds, and each stranger costs a socket and the state of a handshake, about 100 KB.
 */
export const MAX_UNPROVEN_CONNECTIONS = 256
/** Hello streams over one connection: one at its begin, one to say goodbye. Each answer is up to MAX_HELLO_BYTES to write. */
export const MAX_HELLO_STREAMS = 4
/** Dials at once: each costs a handshake of some milliseconds of CPU. */
export const MAX_CONCURRENT_DIALS = 8
/** Of them, those of an executor that only fill up to MIN_CONNECTIONS: a flock that starts together must not storm. */
export const MAX_CONCURRENT_FILLERS = 2
/** An address that failed is tried again after this, doubling to the second, with jitter. */
export const REDIAL_FIRST_MS = 1 * SECOND_MS
export const REDIAL_MAX_MS = 60 * SECOND_MS
/** Connections an observer asks for: it may submit, and then it needs the own word of many executors soon. */
export const OBSERVER_CONNECTIONS = 32
/** Addresses whose last dial failed, kept for `peer doctor`. */
export const MAX_DIAL_PROBLEMS = 64
/** Lines about addresses that could not be dialled: more would hide the sentence that follows them. */
export const MAX_SHOWN_DIAL_PROBLEMS = 5
/** Closing all connections at the end. */
export const NODE_STOP_MS = 3 * SECOND_MS
/** Bytes that may arrive behind a proof before the muxer takes over: a socket read or two, with the first streams in it. */
export const MAX_UNREAD_AT_ADMISSION_BYTES = 256 * KIB
/** After a wrong proof the connection stays this long, so that the other side reads our tag and learns the same. */
export const WRONG_KEY_LINGER_MS = 200
/** How often each connection is tried: what a broken one is not told by, gossip and leases have noticed before. */
export const CONNECTION_PING_MS = 30 * SECOND_MS
/**
 * How long an answer to that may take: a peer that is stopped or starved for less keeps its connections, and with them the work
 * that others do for it. Longer only keeps connections that are dead without a word from being closed.
 */
export const CONNECTION_PING_TIMEOUT_MS = 30 * SECOND_MS
/** Pings of one protocol over one connection: the connection's monitor, membership's and the round trip's. */
export const MAX_PING_STREAMS = 8

// ---- the gossip router ----

/** One message between two gossipsub routers: some reports, subscriptions and lists of ids. */
export const MAX_GOSSIP_RPC_BYTES = 512 * KIB
/**
 * How often a router mends its mesh and tells others what it has: a lost neighbour's reports are repaired within two of these,
 * well inside the silence after which anybody is suspect. The default of 1 s is for chains that wait for blocks.
 */
export const GOSSIP_HEARTBEAT_MS = 3 * SECOND_MS
/**
 * Neighbours that a message is passed on to: wanted, at least, at most. Each costs a copy of every message at every peer; one's
 * own reports go to all connections anyway, and what a neighbour missed it asks for.
 */
export const GOSSIP_MESH = { wanted: 4, least: 3, most: 6 } as const
/** Unsent gossip to one slow peer; beyond it messages to that peer are dropped, and it asks for them later. */
export const MAX_GOSSIP_UNSENT_BYTES = 4 * MIB
/** Messages, and ids in one list, of one gossipsub message: a hundred seconds of a whole cluster's reports. */
export const MAX_GOSSIP_RPC_ENTRIES = 2_000
/** Subscriptions and control messages in one gossipsub message: there are two topics. */
export const MAX_GOSSIP_RPC_CONTROLS = 64

// ---- jobs and rates as they are shown ----

/** Job progress on gossip: DESIGN "at most 2 a second". */
export const JOB_PROGRESS_INTERVAL_MS = 500
/** Job progress while a job watches and nothing is to do: its time goes on, and gossip costs everybody a signature. */
export const JOB_PROGRESS_IDLE_MS = 5 * SECOND_MS
/** Latency samples kept for median and p95; beyond it a uniform sample (reservoir) is kept. */
export const MAX_LATENCY_SAMPLES = 20_000
/** Jobs of others shown; the oldest finished are dropped first. */
export const MAX_KNOWN_JOBS = 256
/** What each peer did is kept second by second for this long: the width of a lane on a wide terminal. */
export const ACTIVITY_SECONDS = 60
/** Rates of peers and jobs are means over this: long enough to be calm, short enough to be now. */
export const RATE_WINDOW_MS = 10 * SECOND_MS
/** A job's rate looks further back until so many images ended: where one takes half a minute, ten seconds tell nothing. */
export const MIN_RATE_IMAGES = 5
/** Moments kept of one job for its rate: RATE_WINDOW_MS at two messages a second, and slow images before them. */
export const MAX_RATE_MARKS = 64
/** Changes of the snapshot are told at most this often: faster than anybody reads, and a busy cluster has thousands. */
export const CHANGE_INTERVAL_MS = 100
/** Lines of a peer's own log kept in memory: some screens full. */
export const MAX_LOG_LINES = 500
/** Own jobs whose details stay in memory after their end; the history on the disk has them for longer. */
export const MAX_KEPT_OWN_JOBS = 32
/** Completions that the live rate and the time left are computed over. */
export const RATE_SAMPLES = 64
/** Own jobs that ended and are still told to whoever comes. */
export const MAX_REPEATED_JOBS = 4

// ---- executor ----

/** Bytes of bodies that an executor holds accepted and unfinished, all coordinators together. */
export const MAX_BODIES_IN_MEMORY_BYTES = 1024 * MIB
/** Accepted and unfinished tasks per slot: one runs while the body of the next arrives. */
export const ACCEPTED_PER_SLOT = 2
/** Bodies still arriving for attempts that were cancelled, failed or handed back; their chunks are let pass. */
export const MAX_STRAY_BODIES = 64
/** `--load auto` looks at the CPU this often, and smooths what it sees over LOAD_SMOOTHING_MS. */
export const LOAD_SAMPLE_INTERVAL_MS = 1 * SECOND_MS
export const LOAD_SMOOTHING_MS = 5 * SECOND_MS
/** `executor.log` becomes `executor.log.1` at this size: about 150,000 tasks. */
export const MAX_EXECUTOR_LOG_BYTES = 16 * MIB
/** Lines of `executor.log` waiting for a slow disk; above it the newest are left out and counted. */
export const MAX_LOG_BUFFER_BYTES = 1 * MIB
/** How often waiting lines and changed totals go to the disk. */
export const LOG_FLUSH_INTERVAL_MS = 1 * SECOND_MS

// ---- workers ----

/** A worker's start: loading OpenCV takes 0.14-0.35 s, twenty at once on two cores some seconds. */
export const WORKER_START_MS = 60 * SECOND_MS
/** Starts of a worker that may fail one after another before the tasks that wait for one are given up. */
export const MAX_WORKER_RESTARTS = 10
/** Pause after a worker that did not start, so that a machine without memory is not kept busy: first, and at most; doubles. */
export const WORKER_RESTART_FIRST_MS = 50
export const WORKER_RESTART_MAX_MS = 2 * SECOND_MS
/** Ending a pool's threads, or a codec process: a thread inside libvips ends only when that returns, a process not while a disk holds it. */
export const WORKER_STOP_MS = 10 * SECOND_MS
/** A header takes 0.15 ms; counting the scans of a JPEG of MAX_BODY_BYTES reads all of it, from a slow disk some seconds. */
export const HEADER_READ_MS = 60 * SECOND_MS
/** Headers that one isolated process reads at once: as many as libuv has threads there. */
export const MAX_HEADERS_AT_ONCE = 4
/** What an isolated process gets beyond libvips' own time limits: its start, and a disk that is slow to open a file. */
export const ISOLATED_CODEC_MARGIN_MS = 60 * SECOND_MS
/** JavaScript heap of a worker: OpenCV's script takes 40 MB of it; wasm heap and samples lie outside. */
export const MAX_WORKER_JS_HEAP_MB = 256
/** A worker's OpenCV whose heap grew beyond this is replaced (27 ms): a wasm heap never shrinks. 128 MiB is the start. */
export const MAX_KEPT_HEAP_BYTES = 512 * MIB
/** Tasks waiting in a worker pool, each with one encoded image; whoever hands them in bounds their bytes. */
export const MAX_QUEUED_TASKS = 1024
/** Memory of one worker with OpenCV (measured), and an estimate per pixel of its image: 100 MP nearly fill OpenCV's heap of 1 GiB. */
export const WORKER_BASE_BYTES = 65 * MIB
export const WORKER_BYTES_PER_PIXEL = 12

// ---- images and their codecs ----

/** A bare default; `--max-pixels` sets it. OpenCV's heap ends near 1 GiB: 100 MP is the most a worker can hold. */
export const DEFAULT_MAX_PIXELS = 50 * MEGAPIXEL
/** What an operation may make of an image: OpenCV's heap ends near 1 GiB, whatever --max-pixels lets in. */
export const MAX_RESULT_PIXELS = 100 * MEGAPIXEL
/** A side of what OpenCV's warps read or write: they count pixels in 16 bits. */
export const MAX_WARP_SIDE_PX = 32_766
/** Of a JPEG that is decoded and encoded on the worker's own thread: it cannot be given up there, and takes 4 ms each megapixel. Above, libvips does it. */
export const MAX_TURBO_JPEG_PIXELS = 64_000_000
/** Of samples, for which a worker keeps its memory from image to image: 21 MP in colour. */
export const MAX_KEPT_SAMPLE_BYTES = 64 * MIB
/** EXIF, XMP or IPTC of one image, each: what one segment of a JPEG holds, with room for the name before it. */
export const MAX_METADATA_BYTES = 65_000
/**
 * A side of an image that is decoded: libvips holds some dozens of rows at once, so that one row of 40 million pixels took 0.7 GB
 * (measured). No output format holds a longer one.
 */
export const MAX_DECODED_SIDE_PX = 1_000_000

/**
 * Times that libvips is to complain of nothing but harmless things before it is believed. Where three threads meet only images of which
 * every second one is damaged and every second odd, it says so of a damaged one once in thirty times, once in seven where they are tiny:
 * with 3 times 1 tiny one of 400 passed, with 5 none of 9,000 (measured).
 */
export const HARMLESS_VERDICTS = 5
/** Decodes of an image that libvips complains of: in one case of five, there, another thread has deleted what it said. */
export const MAX_STRICT_DECODES = 16
/** Scans of a JPEG: progressive ones have about 10. Each is a pass over all blocks (2 ms for 16 MP at least) that nothing interrupts. */
export const MAX_JPEG_SCANS = 100
/** Pages of a TIFF, of which the first counts: libtiff walks through all of them, 25 us each (measured), and nothing interrupts it. */
export const MAX_TIFF_PAGES = 10_000

// ---- pipelines and data ----

/** Pipeline texts whose "do I know it" is remembered: a job has one, a coordinator rarely a second. */
export const MAX_CACHED_PIPELINES = 64
/**
 * One image's data as JSON: four times what any data operation gives at its own bounds. A coordinator parses it at once, on
 * the thread that also serves its streams.
 */
export const MAX_DATA_BYTES = 8 * MIB
/** Numbers in the output tensors of one image: the 705,600 of a common detector (8400 x 84) fit, and about 8 MB as text. */
export const MAX_TENSOR_VALUES = 1_000_000
/** Steps of one pipeline. */
export const MAX_PIPELINE_STEPS = 32

// ---- models ----

/** A model's file (wire): loaded, one of 150 MB leaves 350 MB of OpenCV's heap for images (measured); ResNet-50 has 98 MiB. */
export const MAX_MODEL_BYTES = 128 * MIB
/** What a model is named by (wire), a SHA-256: whoever names it need not trust whoever sends it. */
export const MODEL_DIGEST_BYTES = 32
/** Models that a worker keeps loaded; together they may have MAX_MODEL_BYTES, the least recently used goes first. */
export const MAX_LOADED_MODELS = 4
/** Sides of what a model gets: above it one blob of floats takes most of OpenCV's heap. */
export const MAX_MODEL_INPUT_PX = 4096
/** Models that an executor keeps on its disk, the least recently used go first: eight of the largest. */
export const MAX_MODEL_CACHE_BYTES = 8 * MAX_MODEL_BYTES
/** Models an executor fetches at once, each whole in memory until it is on the disk; others wait for their turn. */
export const MAX_MODEL_FETCHES = 2
/** Fetches that one task waits for: its own coordinator's, and before it those of others that wanted the same model. */
export const MAX_MODEL_TRIES = 3
/** Between two pieces of a model: as BODY_STALL_MS, a network slower than any this is meant for. */
export const MODEL_STALL_MS = 10 * SECOND_MS
/** A whole fetch: MAX_MODEL_BYTES at 3.6 Mbit/s; it also ends a drip that never stalls. */
export const MODEL_FETCH_MS = 5 * MINUTE_MS
/** Trying a model on one image before a job begins; a coordinator may be slower than its executors, so that it may go on then. */
export const MODEL_TRIAL_MS = 60 * SECOND_MS
/** Model streams of one peer at once over one connection: its jobs rarely need more than one model. */
export const MAX_MODEL_STREAMS = 4

// ---- files ----

/** Finished jobs kept on the disk, a file each, of about 3 KB; the oldest goes. */
export const MAX_HISTORY_FILES = 500
/** Of them, those that are read at the start of a peer and shown: some milliseconds. */
export const MAX_SHOWN_HISTORY = 100
/** One of those files: failures and the shares of a thousand peers fit. A larger one is not ours. */
export const MAX_HISTORY_FILE_BYTES = 1 * MIB
/** Paths of a job kept for trying it again: a shell may have made half a million of a glob. */
export const MAX_HISTORY_PATHS = 1_000
export const MAX_HISTORY_PATHS_BYTES = 64 * KIB
/** Writing one of them: a disk that hangs must not hold up the end of a job. */
export const HISTORY_WRITE_MS = 5 * SECOND_MS
/** After the end of another peer's job: when its coordinator, perhaps of this user, has written it down. */
export const HISTORY_REFRESH_MS = 2 * SECOND_MS
/** Files opened, looked at or asked for at once while planning: enough to hide a disk's latency, far below any ulimit. */
export const MAX_OPEN_FILES = 32
/** A journal below this is never rewritten, however many of its lines are superseded: reading it takes milliseconds. */
export const MIN_COMPACTED_JOURNAL_BYTES = 1 * MIB
/** A lock file without content was left by a process that ended between making and writing it, if it is older than this. */
export const LOCK_WRITE_MS = 10 * SECOND_MS
/** First bytes that tell an image's format: the longest signature (AVIF's list of brands) fits. */
export const SNIFF_BYTES = 64

// ---- identity and keys ----

/** Known peers kept on disk. */
export const MAX_KNOWN_PEERS = 256
/** `bootstrap.txt` and join lines. */
export const MAX_BOOTSTRAP_LINES = 1_000
/** An invitation line on standard input. */
export const MAX_INVITATION_BYTES = 16 * KIB
/** Peer names, which are also folder names: letters, digits, `-` and `_`; fits MAX_NAME_BYTES and every file system. */
export const MAX_PEER_NAME_CHARS = 40
/** `name`, `name-2`, … tried where a name is in use; also the random names and existing folders tried. */
export const MAX_NAME_TRIES = 256
/** Files of `running/` that are read: peers of one user on one machine. */
export const MAX_RUNNING_FILES = 256
/** One file of `running/`: every address of a report, with its peer id. */
export const MAX_RUNNING_FILE_BYTES = 16 * KIB
/** A key file: a key, the one before, and MAX_REPLACED_KEYS ids fit twice. */
export const MAX_KEY_FILE_BYTES = 4 * KIB
/** Keys whose holders an invitation brings to the current one: whoever missed eight changes joins with --replace. */
export const MAX_REPLACED_KEYS = 8
/** `peer key --rotate`: how long the key before is accepted, so that a week's holiday shuts nobody out. */
export const DEFAULT_KEY_OVERLAP_MS = 7 * 24 * 60 * MINUTE_MS
/** `--for`: a key that is accepted longer is not being replaced. */
export const MAX_KEY_OVERLAP_MS = 30 * 24 * 60 * MINUTE_MS
/** `--for` below this ends before another machine can have joined; `--now` is what was meant. */
export const MIN_KEY_OVERLAP_MS = 1 * MINUTE_MS
/** A change of the key file takes milliseconds; its `.next` file of this age was left by a process that was killed. */
export const KEY_CHANGE_MS = 2 * SECOND_MS
/** How often a running peer reads its key file, where the system tells nothing of the change (network shares). */
export const KEY_POLL_MS = 2 * SECOND_MS
/** Known peers are written this long after a change, and at the end: a crash loses no more. */
export const KNOWN_PEERS_FLUSH_MS = 5 * SECOND_MS

// ---- what a person may type ----

/** `--delay`: an hour of injected sleep outlives any experiment. */
export const MAX_DELAY_MS = 60 * MINUTE_MS
/** `--wait`, `--give-up`, `--task-timeout`: a day; a longer one is a typing error. */
export const MAX_PATIENCE_MS = 24 * 60 * MINUTE_MS
/** `--give-up` and `--task-timeout` below this would end work that is going well. */
export const MIN_PATIENCE_MS = 100
/** `--slots`: more threads than any machine this is meant for has cores; MAX_CREDIT_TASKS follows it. */
export const MAX_TYPED_SLOTS = 256
/** `--max-pixels`: OpenCV's heap ends near 1 GiB; 100 megapixels worked, 128 aborted (measured). */
export const MAX_MAX_PIXELS = 100 * MEGAPIXEL
/** `peer demo --peers`: each is a process of about 200 MB with OpenCV loaded. */
export const MAX_DEMO_PEERS = 16
/** `peer compare --repeat`. */
export const MAX_REPEATS = 100
/** `--pipeline`: sixteen times the longest pipeline text, so that comments and white space have room. */
export const MAX_PIPELINE_FILE_BYTES = 64 * KIB
/** A value that is shown back in an error sentence is cut to this many characters. */
export const MAX_SHOWN_VALUE_CHARS = 80

// ---- the command line ----

/** Frames a second of the live view: smooth to the eye, and under 2 % of a core. */
export const LIVE_FRAMES_PER_SECOND = 10
/** Progress lines off a terminal: a long job stays readable in a CI log. */
export const PROGRESS_LINE_INTERVAL_MS = 2 * SECOND_MS
/** Failures kept by the live view; the summary has them all. */
export const MAX_SHOWN_FAILURES = 100
/** Sides of the picture that `peer try` puts into the terminal: more than most show, and about 1 MB as PNG. */
export const MAX_PREVIEW_SIDE_PX = 800
/** `peer try --open`: a viewer that has not ended with an error by then is showing the image. */
export const VIEWER_START_MS = 1 * SECOND_MS
/** From spawning a peer process to its ready line: about 1 s, on a loaded machine much more. */
export const PEER_PROCESS_READY_MS = 30 * SECOND_MS
/** A peer process that was asked to leave gets its LEAVE_MS and this, then it is killed. */
export const PEER_PROCESS_STOP_EXTRA_MS = 3 * SECOND_MS

// ---- dashboard ----

/** Frames a second of the dashboard while the cluster changes; keys and clicks are answered sooner. */
export const DASHBOARD_FRAMES_PER_SECOND = 4
/** Frames a second of the dashboard while keys are pressed: below what an eye tells from at once. */
export const DASHBOARD_KEY_FRAMES_PER_SECOND = 30
/** The share of a core that frames nobody asked for by a key may cost: a slow machine gets fewer of them. */
export const MAX_DRAWING_SHARE = 0.033
/** The dashboard is drawn at least this often: its clocks go on when nothing else does. */
export const DASHBOARD_CLOCK_MS = 1 * SECOND_MS
/** A terminal whose size did not change for so long is drawn anew: while an edge is dragged, sizes come every few milliseconds. */
export const RESIZE_SETTLE_MS = 150
/** A sentence at the bottom of the dashboard gives way to the hints after this, or at the next key. */
export const TOAST_MS = 6 * SECOND_MS
/** One press of `+` or `-` on the load probability. */
export const LOAD_STEP = 0.05
/** Names that a completed path lists: more do not fit the form. */
export const MAX_PATH_CANDIDATES = 24
/** Entries of a folder that are looked at to complete a path; a folder of 500,000 names must not stop the keys. */
export const MAX_COMPLETION_ENTRIES = 20_000
/** What is written to standard error while the dashboard has the terminal is kept and printed at its end. */
export const MAX_HELD_STDERR_CHARS = 64 * KIB

// ---- reports ----

/** Attempts of a job that a report draws one by one, about 400 bytes of the page each; above it they are drawn as sums. */
export const MAX_REPORT_ATTEMPTS = 1_500
/** Attempts at one peer side by side: above it bars are thinner than a pixel row, and sums tell more. */
export const MAX_REPORT_LANE_ROWS = 16
/** Attempts that a report holds open: far more than all credits of a large cluster; above it the newest are not drawn. */
export const MAX_REPORT_OPEN_ATTEMPTS = 10_000
/** Stretches of time that the sums of a job are kept in, however long it runs: two CSS pixels each on a wide screen. */
export const REPORT_TIME_BINS = 240
/** Peers with a row of their own in a report; the others share one. */
export const MAX_REPORT_PEERS = 64
/** Images of a job that a report shows before and after: a page of them. */
export const MAX_REPORT_SAMPLES = 12
/** Failures that a report shows, each with its source: up to 40 KB of the page each. summary.json has them all. */
export const MAX_REPORT_FAILURES = 100
/** Slowest images that a report names. */
export const MAX_REPORT_SLOWEST = 10
/** Longer side of a picture in a report: they are shown at 130 to 190 CSS px, and take 5 to 40 KB. */
export const THUMBNAIL_SIDE_PX = 256
/** Larger images get a placeholder: libvips decodes most formats whole. */
export const MAX_THUMBNAIL_SOURCE_PX = 100 * MEGAPIXEL
/** One encoded picture, which would take as many bytes as samples: no picture of THUMBNAIL_SIDE_PX comes near. */
export const MAX_THUMBNAIL_BYTES = 256 * KIB
/** One picture, and all of a report: whoever waits for the command waits for them. libvips counts whole seconds. */
export const THUMBNAIL_SECONDS = 5
export const THUMBNAILS_MS = 30 * SECOND_MS
/** Of them at once: libuv has four threads, and the machine's own executor works beside. */
export const MAX_REPORT_PICTURES_AT_ONCE = 2
/** An image's data as a report shows it; results.ndjson has all of it. */
export const MAX_REPORT_DATA_CHARS = 600
/** A file that stands where a report is to be written: its first bytes tell whether a report is replaced. */
export const REPORT_MARK_BYTES = 1 * KIB

// ---- peer doctor ----

/** Beyond `--wait` a check gets this: starting an observer on a busy machine, and asking everybody once more. */
export const DOCTOR_EXTRA_MS = 10 * SECOND_MS
/** One try to open a TCP connection: far longer than any network that images would travel over. */
export const DOCTOR_CONNECT_MS = 1_500
/** The last hello of everybody: a stopped peer must not hold up what is known of the others. */
export const DOCTOR_HELLO_MS = 1 * SECOND_MS
/** Addresses that are tried, and connections over which a hello is asked for. */
export const MAX_DOCTOR_ADDRESSES = 64
/** The doctor's own query comes back over multicast loopback within milliseconds, answers of others within a second. */
export const DOCTOR_MULTICAST_MS = 1 * SECOND_MS
/** Written, synced and removed again where outputs or keys are to go: more than one block, so that a full disk shows. */
export const DOCTOR_TRIAL_BYTES = 64 * KIB
/** Below this a disk is as good as full: a hundred photos. */
export const MIN_FREE_DISK_BYTES = 100 * MIB
/** A word of an older life of a peer this long after its newer life was first heard is no late copy: gossip keeps 5 s of them. */
export const CLONE_EVIDENCE_MS = 10 * SECOND_MS
/** Lives of one identity that are told apart: two make a conflict. */
export const MAX_IDENTITY_LIVES = 4

// ---- metrics ----

/** Headers of a scrape: Prometheus sends some hundred bytes. */
export const MAX_METRICS_HEADER_BYTES = 8 * KIB
/** From the first byte of a request to its last: it comes from this machine. */
export const METRICS_REQUEST_MS = 5 * SECOND_MS
/** A kept connection without a request: scrapes come each 15 s or less often. */
export const METRICS_IDLE_MS = 30 * SECOND_MS
/** Scrapers at once: one or two, and a person with curl. */
export const MAX_METRICS_CONNECTIONS = 16

// ---- memory of a peer at rest ----

/** What a start leaves behind is collected this soon after it. */
export const QUIET_COLLECTION_FIRST_MS = 3 * SECOND_MS
/** How often a peer at rest looks at its heap. */
export const QUIET_COLLECTION_MS = 30 * SECOND_MS
/** A heap that grew by less since its last collection is left to V8. */
export const QUIET_COLLECTION_GROWTH_BYTES = 24 * MIB
