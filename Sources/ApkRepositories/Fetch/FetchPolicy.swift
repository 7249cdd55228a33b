#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// How patiently files are fetched.
public struct FetchPolicy: Sendable {
    /// How often each mirror is asked for a file, when what it answers may change.
    public var attempts = 4
    /// The seconds without a byte after which an attempt has failed.
    public var stallTimeout = 30.0
    /// The seconds to wait after all mirrors have failed for the first time; they double each time.
    public var firstDelay = 0.5
    /// The most seconds to wait.
    public var longestDelay = 20.0
    /// The most seconds to wait because a server asks for it (`Retry-After`); one that asks for more is given up.
    public var longestRetryAfter = 60
    /// The number of files that are fetched at the same time.
    public var connections = 6
    /// Where the jitter of the delays begins; nil for another place each time.
    public var seed: UInt64?
    /// Waits for some seconds; a test may have its own.
    public var sleep: @Sendable (Double) -> Void = { seconds in
        var left = timespec()
        left.tv_sec = time_t(seconds)
        left.tv_nsec = Int((seconds - seconds.rounded(.down)) * 1e9)
        var rest = timespec()
        while nanosleep(&left, &rest) != 0, errno == EINTR { left = rest }
    }

    public init() {}

    /// The seconds to wait after a round of failures: a random part between half and all of a time that doubles.
    ///
    /// - Parameter round: 0 after the first.
    func delay(round: Int, using generator: inout some RandomNumberGenerator) -> Double {
        let longest = min(longestDelay, firstDelay * Double(1 << min(round, 30)))
        return longest * Double.random(in: 0.5...1, using: &generator)
    }
}

/// Numbers that repeat for a seed.
struct JitterGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64?) { state = seed ?? UInt64.random(in: 0...UInt64.max) }

    mutating func next() -> UInt64 {
        // SplitMix64 (Steele, Lea, Flood 2014).
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Another place where the repositories below a URL are.
public struct Mirror: Hashable, Sendable {
    /// The beginning of the URLs that are also elsewhere, without a slash at the end.
    public var prefix: String
    /// What stands there instead.
    public var replacement: String

    /// Reads `PREFIX=URL`; nil for a text that is not two URLs.
    public init?(_ text: String) {
        let marks = ["=https://", "=http://"]
        guard let range = marks.compactMap({ mark in Self.range(of: mark, in: text) }).first else { return nil }
        prefix = String(text[..<range])
        replacement = String(text[text.index(after: range)...])
        while prefix.hasSuffix("/") { prefix.removeLast() }
        while replacement.hasSuffix("/") { replacement.removeLast() }
        guard prefix.contains("://"), !replacement.hasSuffix(":") else { return nil }
    }

    private static func range(of mark: String, in text: String) -> String.Index? {
        text.indices.first { text[$0...].hasPrefix(mark) }
    }

    /// The URL at this mirror; nil if it is none of those that the mirror has.
    public func url(for url: String) -> String? {
        guard url.hasPrefix(prefix), url.dropFirst(prefix.count).hasPrefix("/") else { return nil }
        return replacement + url.dropFirst(prefix.count)
    }
}
