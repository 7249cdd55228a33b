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

    func find(_ identity: Checksum.Identity, _ rows: [PackageRow]) -> PackageID? {
        let slot = slot(of: identity, rows)
        return slots[slot] == 0 ? nil : PackageID(Int(slots[slot]) - 1)
    }

    /// Adds the package of a row; the first one of an identity stays.
    mutating func add(_ package: PackageID, _ rows: [PackageRow]) {
        let slot = slot(of: rows[package.index].identity, rows)
        guard slots[slot] == 0 else { return }
        slots[slot] = package.rawValue + 1
        count += 1
        guard count * 2 > slots.count else { return }
        let old = slots
        slots = [UInt32](repeating: 0, count: old.count * 2)
        for element in old where element != 0 {
            slots[self.slot(of: rows[Int(element) - 1].identity, rows)] = element
        }
    }

    private func slot(of identity: Checksum.Identity, _ rows: [PackageRow]) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: (identity.high ^ identity.middle) &* 0x9e37_79b9_7f4a_7c15 >> 20) & mask
        while slots[slot] != 0, rows[Int(slots[slot]) - 1].identity != identity { slot = (slot + 1) & mask }
        return slot
    }
}
