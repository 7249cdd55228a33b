/// The public keys that are trusted, by file name as in apk v2, or by identifier as in v3.
///
/// A key is read and decoded only when a signature names it: loading keys costs more than verifying with them.
/// The name in a signature is compared with the names of the ring; it never becomes a path.
public struct KeyRing: Sendable {
    private enum Place: Sendable {
        case memory([UInt8])
        case file(String)
    }

    private var places: [[UInt8]: Place] = [:]
    /// The keys that have been decoded already. Copies of a ring share them for as long as they are equal.
    private var decoded = DecodedKeys()

    /// A ring without keys.
    public init() {}

    /// A ring of keys in memory. Of two keys with one name the first counts.
    public init(keys: some Sequence<(name: String, pem: [UInt8])>) {
        for key in keys where places[Array(key.name.utf8)] == nil {
            places[Array(key.name.utf8)] = .memory(key.pem)
        }
    }

    /// All files of a directory, hidden ones aside. What is in them is looked at when a signature asks for it;
    /// files that hold no key are as good as absent (``unusableKeys()`` lists them).
    public init(directory path: String) throws(ArchiveError) {
        try add(directory: path)
    }

    /// Adds the files of another directory whose names the ring does not have yet.
    public mutating func add(directory path: String) throws(ArchiveError) {
        decoded = DecodedKeys()
        for name in try Directories.entries(of: path) {
            guard name.first != UInt8(ascii: "."), places[name] == nil,
                let text = String(validating: name, as: UTF8.self)
            else { continue }
            places[name] = .file(path + "/" + text)
        }
    }

    /// Adds a key in memory, unless the ring has one of that name.
    package mutating func add(name: String, pem: [UInt8]) {
        if places[Array(name.utf8)] == nil { places[Array(name.utf8)] = .memory(pem) }
    }

    /// The text of a key's file; nil where there is none that can be read.
    package func pem(named name: String) -> [UInt8]? {
        switch places[Array(name.utf8)] {
        case .memory(let pem): return pem
        case .file(let path):
            guard var source = try? FileSource(path: path) else { return nil }
            return try? source.readAll(limit: 64 * 1024)
        case nil: return nil
        }
    }

    /// The names of all keys, sorted.
    public var names: [String] { places.keys.map { String(decoding: $0, as: UTF8.self) }.sorted() }

    /// Files of the ring that are no usable key, with the reason, sorted by name. Reads every key.
    public func unusableKeys() -> [(name: String, reason: ArchiveError)] {
        var result: [(name: String, reason: ArchiveError)] = []
        for (name, place) in places {
            do throws(ArchiveError) {
                _ = try load(place, name: name)
            } catch {
                result.append((String(decoding: name, as: UTF8.self), error))
            }
        }
        return result.sorted { $0.name < $1.name }
    }

    /// Why the file of that name is no key for apk v2, in a few words; empty where there is none, or it is one.
    func flaw(ofKeyNamed name: [UInt8]) -> String {
        guard let place = places[name] else { return "" }
        do throws(ArchiveError) {
            if try load(place, name: name).kind == .rsa { return "" }
            return "\(String(decoding: name, as: UTF8.self)) is not an RSA key, as apk v2 has them"
        } catch {
            return Self.flaw(error)
        }
    }

    /// The first file of the ring that is no usable key, and why not; empty if all are.
    var firstFlaw: String { unusableKeys().first.map { Self.flaw($0.reason) } ?? "" }

    private static func flaw(_ error: ArchiveError) -> String {
        "\(error.path) \(error.code == .unusableKey ? "is not \(error.expected)" : "cannot be read")"
    }

    /// Whether a file of that name is in the ring, usable or not.
    func contains(_ name: [UInt8]) -> Bool { places[name] != nil }

    /// The key of that name; nil where there is none or it is not usable.
    func key(named name: [UInt8]) -> PublicKey? {
        guard let place = places[name] else { return nil }
        return decoded.key(named: name) { try? load(place, name: name) }
    }

    /// The usable key that signatures of apk v3 name by this identifier, and its file name; the first by name of several.
    ///
    /// Reads keys until it is found: identifiers are nowhere written down.
    func key(withIdentifier identifier: [UInt8]) -> (key: PublicKey, name: [UInt8])? {
        for name in places.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            if let key = key(named: name), key.identifier == identifier { return (key, name) }
        }
        return nil
    }

    private func load(_ place: Place, name: [UInt8]) throws(ArchiveError) -> PublicKey {
        switch place {
        case .memory(let pem): return try PublicKey(pem: pem, name: String(decoding: name, as: UTF8.self))
        case .file(let path):
            // Real keys have less than 1 KiB.
            var source = try FileSource(path: path)
            return try PublicKey(pem: source.readAll(limit: 64 * 1024), name: path)
        }
    }
}

/// Keys by name, decoded at most once: that takes longer than to verify a signature.
private final class DecodedKeys: Sendable {
    private let keys = Locked<[[UInt8]: PublicKey?]>([:])

    func key(named name: [UInt8], decode: () -> PublicKey?) -> PublicKey? {
        keys.withLock { keys in
            if let known = keys[name] { return known }
            let key = decode()
            keys[name] = .some(key)
            return key
        }
    }
}
