/// One value of an ADB payload: four bits say what it is, 28 bits are a number or the offset of the content.
package struct ADBValue: Hashable, Sendable {
    // What the four highest bits say. Plain numbers, as an enumeration would be made of every value.

    /// 0 null, 1 true, 2 false.
    static let special: UInt32 = 0x0
    /// The number itself.
    static let integer: UInt32 = 0x1
    /// A number of 32 or 64 bits at the offset.
    static let integer32: UInt32 = 0x2
    static let integer64: UInt32 = 0x3
    /// Bytes at the offset, behind their length in 8, 16 or 32 bits.
    static let blob8: UInt32 = 0x8
    static let blob16: UInt32 = 0x9
    static let blob32: UInt32 = 0xa
    /// Slots at the offset.
    static let array: UInt32 = 0xd
    static let object: UInt32 = 0xe

    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// An absent field.
    package static let null = ADBValue(rawValue: 0)

    package var isNull: Bool { rawValue == 0 }
    /// What it is; may be a number that no writer sets.
    var type: UInt32 { rawValue >> 28 }
    /// Whether it is an array or an object; real writers give both the type of objects.
    package var isSlots: Bool { type == Self.object || type == Self.array }
    /// The number, or the offset from the start of the payload.
    package var number: Int { Int(rawValue & 0x0fff_ffff) }
}

/// The slots of an array or object of an ADB payload, by their place in it.
package struct ADBSlots: Hashable, Sendable {
    /// Where the array or object starts: everything that it refers to ends at or before this offset.
    package let offset: Int
    /// The values, counted from 1: the slot before them holds the count. 0 for an empty array or object.
    package let count: Int

    package init(offset: Int, count: Int) {
        self.offset = offset
        self.count = count
    }

    /// The numbers of the values.
    package var indices: Range<Int> { 1..<count + 1 }
}
