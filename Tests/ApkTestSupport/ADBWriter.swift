/// Writes the payload of an apk v3 file value by value, without looking at what it means: right ones and wrong ones.
///
///     var adb = ADBWriter()
///     let name = adb.text("name")
///     let payload = adb.payload(object: [name, adb.number(3)])
public struct ADBWriter: Sendable {
    /// The payload so far, header included.
    public private(set) var bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
    /// Whether equal blobs, arrays and objects are stored once, as real writers do.
    public var isSharing = true
    private var known: [[UInt8]: UInt32] = [:]

    public init() {}

    public static let null: UInt32 = 0

    /// A value as its four bits and its number or offset.
    public static func value(_ type: UInt32, _ number: Int) -> UInt32 { type << 28 | UInt32(number) }

    /// Bytes, in the smallest form; null for none.
    public mutating func blob(_ content: [UInt8]) -> UInt32 {
        guard !content.isEmpty else { return Self.null }
        switch content.count {
        case 0..<256: return store(8, alignment: 1, [UInt8(content.count)] + content)
        case 256..<65536: return store(9, alignment: 2, Self.word16(content.count) + content)
        default: return store(10, alignment: 4, Self.word32(content.count) + content)
        }
    }

    public mutating func text(_ text: String) -> UInt32 { blob(Array(text.utf8)) }

    /// A number in the smallest form.
    public mutating func number(_ number: UInt64) -> UInt32 {
        switch number {
        case 0..<(1 << 28): Self.value(1, Int(number))
        case 0...UInt64(UInt32.max): store(2, alignment: 4, Self.word32(Int(number)))
        default: store(3, alignment: 4, (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })
        }
    }

    public mutating func number(_ number: Int) -> UInt32 { self.number(UInt64(number)) }

    /// An object; null fields at the end are left out, and without any there is none.
    public mutating func object(_ fields: [UInt32]) -> UInt32 {
        var fields = fields
        while fields.last == Self.null { fields.removeLast() }
        return fields.isEmpty ? Self.null : slots(14, fields)
    }

    /// An array; null without elements. Real writers give it the type of an object.
    public mutating func array(_ elements: [UInt32]) -> UInt32 { elements.isEmpty ? Self.null : slots(14, elements) }

    private mutating func slots(_ type: UInt32, _ values: [UInt32]) -> UInt32 {
        store(type, alignment: 4, Self.word32(values.count + 1) + values.flatMap { Self.word32(Int($0)) })
    }

    /// Appends bytes as they are, at a multiple of `alignment`; returns a value of any type that points there.
    public mutating func store(_ type: UInt32, alignment: Int, _ content: [UInt8]) -> UInt32 {
        if isSharing, let value = known[[UInt8(type)] + content] { return value }
        while bytes.count % alignment != 0 { bytes.append(0) }
        let value = Self.value(type, bytes.count)
        bytes += content
        known[[UInt8(type)] + content] = value
        return value
    }

    /// The whole payload, with an object as its root.
    public mutating func payload(object fields: [UInt32]) -> [UInt8] {
        let root = object(fields)
        return payload(root: root)
    }

    /// The whole payload.
    public func payload(root: UInt32) -> [UInt8] { Array(bytes[..<4]) + Self.word32(Int(root)) + bytes[8...] }

    public static func word16(_ number: Int) -> [UInt8] { [UInt8(number & 255), UInt8(number >> 8 & 255)] }
    public static func word32(_ number: Int) -> [UInt8] { word16(number & 0xffff) + word16(number >> 16 & 0xffff) }
}
