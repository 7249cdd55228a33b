/// Values that lie one after another in memory and never change: an array of this process, or a part of a mapped file.
///
/// Every access is checked against the count, so that wrong numbers in a file can end the process and not read past it.
///
/// - Note: `@unchecked`: the mapped bytes are never written to, and their owner keeps them mapped.
package struct Table<Element: BitwiseCopyable & Sendable>: RandomAccessCollection, @unchecked Sendable {
    private let owned: [Element]
    private let mapped: UnsafeRawBufferPointer
    /// What keeps the mapped bytes; nil for an array.
    private let owner: (any Sendable & AnyObject)?
    package let count: Int

    package init(_ array: [Element]) {
        owned = array
        mapped = UnsafeRawBufferPointer(start: nil, count: 0)
        owner = nil
        count = array.count
    }

    /// - Parameters:
    ///   - bytes: whole elements, aligned as they need it; valid for as long as `owner` lives.
    ///   - owner: what keeps the bytes.
    init(mapping bytes: UnsafeRawBufferPointer, owner: any Sendable & AnyObject) {
        precondition(UInt(bitPattern: bytes.baseAddress) % UInt(MemoryLayout<Element>.alignment) == 0)
        owned = []
        mapped = bytes
        self.owner = owner
        count = bytes.count / MemoryLayout<Element>.stride
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package subscript(index: Int) -> Element {
        @inline(__always)
        get {
            if owner == nil { return owned[index] }
            precondition(index >= 0 && index < count)
            return mapped.load(fromByteOffset: index * MemoryLayout<Element>.stride, as: Element.self)
        }
    }

    package func withUnsafeBufferPointer<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let owner else { return try owned.withUnsafeBufferPointer(body) }
        defer { extendLifetime(owner) }
        return try body(mapped.bindMemory(to: Element.self))
    }

    package func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<Element>) throws -> Result
    ) rethrows -> Result? {
        guard let owner else { return try owned.withUnsafeBufferPointer(body) }
        defer { extendLifetime(owner) }
        return try body(mapped.bindMemory(to: Element.self))
    }

    /// The values as an array; a copy where they are mapped.
    package var array: [Element] { owner == nil ? owned : Array(self) }
}

extension Table: Equatable where Element: Equatable {
    package static func == (left: Table, right: Table) -> Bool { left.elementsEqual(right) }
}
