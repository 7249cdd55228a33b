/// Texts interned as small integers: each text is a range of a shared byte buffer and is stored once.
///
/// An open-addressing table over the 32-bit MurmurHash3 of the text, the same hash that gives apk's order of names
/// (`bucketOrder`), so that each text is hashed once.
package struct TextTable: Sendable {
    package struct Entry: BitwiseCopyable, Sendable {
        package var offset: UInt32
        package var length: UInt32
        package var hash: UInt32
    }

    package private(set) var entries: [Entry] = []
    /// Index of the entry plus one; 0 is free. The count is a power of two.
    private var slots: [UInt32]

    package init() { slots = [UInt32](repeating: 0, count: 64) }

    package var count: Int { entries.count }

    /// The range of a text in the buffer.
    package func range(_ index: Int) -> Range<Int> {
        let entry = entries[index]
        return Int(entry.offset)..<Int(entry.offset) + Int(entry.length)
    }

    /// The index of the text that stands at `range` of the buffer, interning it if it is new.
    package mutating func intern(_ range: Range<Int>, in buffer: UnsafeBufferPointer<UInt8>) -> Int {
        let text = UnsafeBufferPointer(rebasing: buffer[range])
        let hash = murmur3(text)
        let index = Self.claimSlot(for: text, hash: hash, in: buffer, &slots, entries)
        if index < entries.count { return index }
        entries.append(
            Entry(
                offset: UInt32(truncatingIfNeeded: range.lowerBound), length: UInt32(truncatingIfNeeded: range.count),
                hash: hash))
        if entries.count * 2 > slots.count { grow() }
        return index
    }

    /// The index of the text; if it is new, that of the next entry, which has its slot then.
    @inline(__always)
    private static func claimSlot(
        for text: UnsafeBufferPointer<UInt8>, hash: UInt32, in buffer: UnsafeBufferPointer<UInt8>,
        _ slots: inout [UInt32], _ entries: [Entry]
    ) -> Int {
        slots.withUnsafeMutableBufferPointer { slots in
            entries.withUnsafeBufferPointer { entries in
                let slot = findSlot(
                    of: text, hash: hash, in: buffer, slots: UnsafeBufferPointer(slots), entries: entries)
                if slots[slot] == 0 { slots[slot] = UInt32(truncatingIfNeeded: entries.count + 1) }
                return Int(slots[slot]) - 1
            }
        }
    }

    /// Makes room for a number of texts.
    mutating func reserve(_ capacity: Int) {
        entries.reserveCapacity(capacity)
        var count = slots.count
        while count < capacity * 2 { count *= 2 }
        if count > slots.count { resize(count) }
    }

    private mutating func grow() { resize(slots.count * 2) }

    private mutating func resize(_ count: Int) {
        var fresh = [UInt32](repeating: 0, count: count)
        for (index, entry) in entries.enumerated() {
            var slot = Int(entry.hash) & (count - 1)
            while fresh[slot] != 0 { slot = (slot + 1) & (count - 1) }
            fresh[slot] = UInt32(truncatingIfNeeded: index + 1)
        }
        slots = fresh
    }

    /// The finished table.
    consuming func finish() -> TextIndex { TextIndex(entries: Table(entries), slots: Table(slots)) }

    /// Continues a finished table.
    init(extending index: TextIndex) {
        entries = index.entries.array
        slots = index.slots.array
    }
}

/// A finished ``TextTable``: interned texts to be looked up.
package struct TextIndex: Sendable {
    let entries: Table<TextTable.Entry>
    let slots: Table<UInt32>

    package var count: Int { entries.count }

    /// The range of a text in the buffer.
    package func range(_ index: Int) -> Range<Int> {
        let entry = entries[index]
        return Int(entry.offset)..<Int(entry.offset) + Int(entry.length)
    }

    /// Whether look-ups can neither leave the text nor go on for ever.
    func isSound(textSize: Int) -> Bool {
        guard slots.count > entries.count, slots.count & (slots.count - 1) == 0 else { return false }
        // Without a way out of the loops, so that the processor does several at once.
        let areSlotsSound = slots.withUnsafeBufferPointer { slots in
            var used = 0
            var highest: UInt32 = 0
            for slot in slots {
                used &+= slot != 0 ? 1 : 0
                highest = max(highest, slot)
            }
            return used == entries.count && Int(highest) <= entries.count
        }
        return areSlotsSound
            && entries.withUnsafeBufferPointer { entries in
                var highest: UInt64 = 0
                for entry in entries { highest = max(highest, UInt64(entry.offset) + UInt64(entry.length)) }
                return highest <= UInt64(textSize)
            }
    }

    /// The index of a text; nil if it was never interned.
    package func find(_ text: UnsafeBufferPointer<UInt8>, in buffer: UnsafeBufferPointer<UInt8>) -> Int? {
        slots.withUnsafeBufferPointer { slots in
            entries.withUnsafeBufferPointer { entries in
                let slot = findSlot(of: text, hash: murmur3(text), in: buffer, slots: slots, entries: entries)
                return slots[slot] == 0 ? nil : Int(slots[slot]) - 1
            }
        }
    }

    /// The place of an entry in the order in which apk walks its names: by bucket of a table of 20,000, in a bucket the
    /// youngest first. That order shows in the order of installation where several `install_if` fire at once.
    func bucketPlace(_ index: Int) -> UInt64 {
        UInt64(entries[index].hash % 20_000) << 32 | UInt64(UInt32.max - UInt32(truncatingIfNeeded: index))
    }
}

/// The slot that a text stands in, or the free one that it belongs in.
@inline(__always)
private func findSlot(
    of text: UnsafeBufferPointer<UInt8>, hash: UInt32, in buffer: UnsafeBufferPointer<UInt8>,
    slots: UnsafeBufferPointer<UInt32>, entries: UnsafeBufferPointer<TextTable.Entry>
) -> Int {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
        let entry = entries[Int(slots[slot]) - 1]
        if entry.hash == hash, Int(entry.length) == text.count {
            let known = UnsafeBufferPointer(rebasing: buffer[Int(entry.offset)..<Int(entry.offset) + text.count])
            // Formats that share texts come with the very same one.
            if known.baseAddress == text.baseAddress || haveEqualBytes(text, known) { break }
        }
        slot = (slot + 1) & mask
    }
    return slot
}

func haveEqualBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    let count = left.count
    guard count == right.count else { return false }
    let left = UnsafeRawBufferPointer(left)
    let right = UnsafeRawBufferPointer(right)
    func differ<Word: FixedWidthInteger & BitwiseCopyable>(at offset: Int, _ type: Word.Type) -> Bool {
        left.loadUnaligned(fromByteOffset: offset, as: type) != right.loadUnaligned(fromByteOffset: offset, as: type)
    }
    if count >= 8 {
        var offset = 0
        while offset + 8 < count {
            if differ(at: offset, UInt64.self) { return false }
            offset += 8
        }
        // The last word overlaps the one before.
        return !differ(at: count - 8, UInt64.self)
    }
    if count >= 4 { return !differ(at: 0, UInt32.self) && !differ(at: count - 4, UInt32.self) }
    for offset in 0..<count where left[offset] != right[offset] { return false }
    return true
}

/// MurmurHash3 (x86, 32 bits) with the seed of apk's name table.
package func murmur3(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt32 = 5381) -> UInt32 {
    @inline(__always)
    func mix(_ block: UInt32) -> UInt32 {
        var k = block &* 0xcc9e_2d51
        k = k << 15 | k >> 17
        return k &* 0x1b87_3593
    }
    let count = bytes.count
    var hash = seed
    var index = 0
    if let start = UnsafeRawPointer(bytes.baseAddress) {
        while index &+ 4 <= count {
            hash ^= mix(UInt32(littleEndian: start.loadUnaligned(fromByteOffset: index, as: UInt32.self)))
            hash = hash << 13 | hash >> 19
            hash = hash &* 5 &+ 0xe654_6b64
            index &+= 4
        }
        if count >= 4 {
            // What is left of the last four bytes, nothing if they were a block: without branches, as nobody can tell the
            // length of the next name.
            let last = UInt32(littleEndian: start.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            hash ^= mix(UInt32(truncatingIfNeeded: UInt64(last) &>> UInt64(32 &- 8 &* (count & 3))))
        } else {
            var tail: UInt32 = 0
            for index in 0..<count { tail |= UInt32(bytes[index]) << UInt32(8 * index) }
            hash ^= mix(tail)
        }
    }
    hash ^= UInt32(truncatingIfNeeded: count)
    hash ^= hash >> 16
    hash = hash &* 0x85eb_ca6b
    hash ^= hash >> 13
    hash = hash &* 0xc2b2_ae35
    return hash ^ hash >> 16
}
