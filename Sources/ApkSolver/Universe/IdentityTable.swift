internal import ApkFormats

/// The packages by their identities, which stand in the rows.
///
/// An open-addressing table. Identities are digests, so that eight bytes of one are hash enough.
struct IdentityTable: Sendable {
    /// Index of the package plus one; 0 is free. The count is a power of two.
    private var slots: [UInt32]
    private var count = 0

    init(capacity: Int = 0) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
    }

    /// The packages of some rows; the first one of an identity counts.
    init(_ rows: [PackageRow]) {
        self.init(capacity: rows.count)
        for (index, row) in rows.enumerated() { add(row.identity, UInt32(truncatingIfNeeded: index), rows) }
    }

    /// The package with an identity; where there is none, the next row that is appended is its package from now on.
    mutating func find(_ identity: Checksum.Identity, orAddNextOf rows: [PackageRow]) -> PackageID? {
        if (count + 1) * 2 > slots.count { grow(rows) }
        return add(identity, UInt32(truncatingIfNeeded: rows.count), rows)
    }

    @discardableResult
    private mutating func add(_ identity: Checksum.Identity, _ index: UInt32, _ rows: [PackageRow]) -> PackageID? {
        let slot = slot(of: identity, rows)
        guard slots[slot] == 0 else { return PackageID(Int(slots[slot]) - 1) }
        slots[slot] = index + 1
        count += 1
        return nil
    }

    private mutating func grow(_ rows: [PackageRow]) {
        let old = slots
        slots = [UInt32](repeating: 0, count: old.count * 2)
        for element in old where element != 0 {
            slots[slot(of: rows[Int(element) - 1].identity, rows)] = element
        }
    }

    private func slot(of identity: Checksum.Identity, _ rows: [PackageRow]) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: (identity.high &* 0x9e37_79b9_7f4a_7c15) >> 20) & mask
        while slots[slot] != 0, rows[Int(slots[slot]) - 1].identity != identity { slot = (slot + 1) & mask }
        return slot
    }
}
