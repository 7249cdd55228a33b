/// Writes numbers and texts one after another, each text behind its length.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ word: UInt64) { withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) } }

    mutating func add(_ content: [UInt8]) {
        add(UInt64(content.count))
        bytes += content
    }

    mutating func add(_ text: String) { add(Array(text.utf8)) }

    mutating func add(_ texts: [String]) {
        add(UInt64(texts.count))
        for text in texts { add(text) }
    }
}

/// Reads what ``ByteWriter`` wrote; after the end everything is empty and ``isBroken``.
struct ByteReader {
    private let source: UnsafeRawBufferPointer
    private var position = 0
    private(set) var isBroken = false

    /// - Parameter source: must stay valid while the reader is in use.
    init(_ source: UnsafeRawBufferPointer) { self.source = source }

    mutating func word() -> UInt64 {
        guard source.count - position >= 8 else {
            isBroken = true
            return 0
        }
        defer { position += 8 }
        return source.loadUnaligned(fromByteOffset: position, as: UInt64.self)
    }

    mutating func bytes() -> [UInt8] {
        let count = word()
        guard count <= UInt64(source.count - position) else {
            isBroken = true
            return []
        }
        defer { position += Int(count) }
        return Array(source[position..<position + Int(count)])
    }

    mutating func text() -> String { String(decoding: bytes(), as: UTF8.self) }

    mutating func texts() -> [String] {
        let count = word()
        guard count <= UInt64(source.count) else {
            isBroken = true
            return []
        }
        return (0..<count).map { _ in text() }
    }
}

/// A hash of bytes at the speed of memory: against damage, not against intent.
func contentHash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    let prime: UInt64 = 0x9e37_79b1_85eb_ca87
    func turn(_ value: UInt64) -> UInt64 { value << 31 | value >> 33 }
    var lanes = (seed &+ 1, seed &+ 0x517c_c1b7_2722_0a95, seed ^ 0xc2b2_ae3d_27d4_eb4f, ~seed)
    var place = 0
    while place + 32 <= bytes.count {
        lanes.0 = turn((lanes.0 ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* prime)
        lanes.1 = turn((lanes.1 ^ bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)) &* prime)
        lanes.2 = turn((lanes.2 ^ bytes.loadUnaligned(fromByteOffset: place + 16, as: UInt64.self)) &* prime)
        lanes.3 = turn((lanes.3 ^ bytes.loadUnaligned(fromByteOffset: place + 24, as: UInt64.self)) &* prime)
        place += 32
    }
    var hash = UInt64(bytes.count)
    for lane in [lanes.0, lanes.1, lanes.2, lanes.3] { hash = turn((hash ^ lane) &* prime) }
    while place < bytes.count {
        hash = turn((hash ^ UInt64(bytes[place])) &* prime)
        place += 1
    }
    hash ^= hash >> 29
    hash = hash &* prime
    return hash ^ hash >> 32
}
