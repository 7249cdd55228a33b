/// Reads the packages of an index of apk v3 one after another, in place: what a solver needs of them, and of all else
/// whether it can be read when somebody asks.
///
/// One call reads a whole package, as a call into another module costs more than a field.
package struct ADBIndexWalk {
    /// A package; ranges and offsets count from the start of the payload.
    package struct Entry {
        /// Where its object stands.
        package fileprivate(set) var offset = 0
        /// Why it has to be left out; what stands below ``version`` is not read then.
        package fileprivate(set) var fault: Fault?
        package fileprivate(set) var name = 0..<0
        package fileprivate(set) var version = 0..<0
        package fileprivate(set) var identity = Checksum.Identity(high: 0, middle: 0, low: 0)
        /// Empty where the package fits every one.
        package fileprivate(set) var architecture = 0..<0
        /// In bytes.
        package fileprivate(set) var installedSize: UInt64 = 0
        package fileprivate(set) var fileSize: UInt64 = 0
        package fileprivate(set) var providerPriority: UInt16 = 0
        package fileprivate(set) var dependencies = ADBSlots(offset: 0, count: 0)
        package fileprivate(set) var provides = ADBSlots(offset: 0, count: 0)
        package fileprivate(set) var installIf = ADBSlots(offset: 0, count: 0)
        package fileprivate(set) var tags = ADBSlots(offset: 0, count: 0)
    }

    /// What is wrong with one package only.
    package enum Fault {
        /// None of 20 or 32 bytes.
        case noDigest
        /// None that can stand in a file's name.
        case badName, badVersion
    }

    /// Reads what the entries refer to.
    package let reader: ADBReader
    private let packages: ADBSlots
    private var number = 0
    /// The version that was looked at last and can stand in a file's name.
    private var goodVersion = 0..<0
    /// What ``next()`` found.
    package private(set) var entry = Entry()

    /// - Throws: ``FormatError`` where the payload is no index.
    package init(_ payload: UnsafeRawBufferPointer) throws(FormatError) {
        reader = try ADBReader(payload)
        packages = try reader.array(try reader.root(), ADBSchema.Index.packages)
    }

    /// The number of packages.
    package var count: Int { packages.count }

    /// Reads the next package into ``entry``; false behind the last.
    ///
    /// - Throws: ``FormatError`` with the offset in the payload of what cannot be read.
    package mutating func next() throws(FormatError) -> Bool {
        guard number < packages.count else { return false }
        number += 1
        typealias Info = ADBSchema.Info
        let info = try reader.object(packages, number)
        entry.offset = info.offset
        entry.name = try reader.text(ofInfo: info, Info.name, "name")
        let version = try reader.text(ofInfo: info, Info.version, "version")
        entry.version = version
        guard let identity = try reader.identity(ofInfo: info) else { return leaveOut(.noDigest) }
        entry.identity = identity
        guard PathComponent.isValid(reader.bytes(entry.name)) else { return leaveOut(.badName) }
        // Packages that were built together stand together.
        guard version == goodVersion || PathComponent.isValid(reader.bytes(version)) else {
            return leaveOut(.badVersion)
        }
        goodVersion = version
        entry.fault = nil
        entry.architecture = try reader.blob(info, Info.architecture)
        entry.installedSize = try min(reader.integer(info, Info.installedSize), UInt64(largestNumber))
        entry.fileSize = try min(reader.integer(info, Info.fileSize), UInt64(largestNumber))
        entry.providerPriority = UInt16(truncatingIfNeeded: try reader.integer(info, Info.providerPriority))
        entry.dependencies = try reader.array(info, Info.dependencies)
        entry.provides = try reader.array(info, Info.provides)
        entry.installIf = try reader.array(info, Info.installIf)
        _ = try reader.array(info, Info.replaces)
        try reader.checkTexts(ofInfo: info)
        entry.tags = try reader.array(info, Info.tags)
        return true
    }

    private mutating func leaveOut(_ fault: Fault) -> Bool {
        entry.fault = fault
        return true
    }
}
