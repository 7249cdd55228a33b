internal import ApkArchive
public import ApkFormats

extension Lock {
    /// Reads the text of an `apk.lock.json`. Strict: every member is checked, and nothing in it can become a path.
    ///
    /// - Throws: ``FormatError`` with the code `invalid-json`, or that of the value in question, and in `field` the place,
    ///   such as `x86_64.packages[3].sha256`.
    public init(parsing text: [UInt8]) throws(FormatError) {
        let document = LockValue(try JSON(parsing: text), of: text)
        let schema = document["schema"]
        guard try schema.integer() == Lock.schema else {
            throw schema.error("\(Lock.schema), which this version writes")
        }
        self.init()
        for (architecture, section) in try document["architectures"].members() {
            guard (try? PathComponent(architecture)) != nil else { throw section.error("an architecture as its name") }
            self[architecture] = try Section(architecture, section)
        }
    }
}

extension Lock.Section {
    fileprivate init(_ architecture: String, _ value: LockValue) throws(FormatError) {
        var repositories: [LockedRepository] = []
        for repository in try value["repositories"].elements() {
            repositories.append(
                LockedRepository(
                    location: try repository["location"].string(), tag: try repository["tag"].unlessNull()?.string(),
                    description: try repository["description"].string(), sha256: try repository["sha256"].digest(),
                    signedBy: try repository["signedBy"].unlessNull()?.string(),
                    newestBuild: try repository["newestBuild"].integer()))
        }
        var packages: [LockedPackage] = []
        var names: Set<String> = []
        for element in try value["packages"].elements() {
            let package = try LockedPackage(element, repositories: repositories.count)
            guard names.insert(package.name).inserted else { throw element["name"].error("each package once") }
            packages.append(package)
        }
        self.init(
            architecture: architecture, requests: try value["requests"].strings(),
            options: try value["options"].strings(), repositories: repositories, packages: packages)
        let digest = try value["requestsDigest"].digest()
        guard (try? Self.digest(requests: requests, options: options)) == digest else {
            throw value["requestsDigest"].error("the digest of the requests and options above it")
        }
    }
}

extension LockedPackage {
    fileprivate init(_ value: LockValue, repositories: Int) throws(FormatError) {
        let repository = try value["repository"].integer()
        guard repository < repositories else { throw value["repository"].error("one of \(repositories) repositories") }
        guard let checksum = Checksum(try value["checksum"].string()) else {
            throw value["checksum"].error("Q1 or Q2 and base64")
        }
        let size = try value["downloadSize"].integer()
        var segments: Segments?
        if let offsets = try value["segments"].unlessNull() {
            let control = try offsets["control"].integer()
            let data = try offsets["data"].integer()
            guard control < data, data < size else { throw offsets.error("offsets in ascending order inside the file") }
            segments = Segments(control: control, data: data)
        }
        self.init(
            name: try value["name"].pathComponent(), version: try value["version"].pathComponent(),
            architecture: try value["architecture"].pathComponent(), repository: repository, checksum: checksum,
            sha256: try value["sha256"].unlessNull()?.digest(), segments: segments,
            dataHash: try value["datahash"].unlessNull()?.digest(), downloadSize: size,
            installedSize: try value["installedSize"].integer())
    }
}

/// A value of a lock, with its place for messages.
private struct LockValue {
    private let json: JSON?
    private let text: [UInt8]
    private let place: [JSON.Step]

    /// The whole document.
    init(_ json: JSON?, of text: [UInt8]) { self.init(json, text, at: []) }

    private init(_ json: JSON?, _ text: [UInt8], at place: [JSON.Step]) {
        self.json = json
        self.text = text
        self.place = place
    }

    subscript(key: String) -> LockValue { LockValue(json?[key], text, at: place + [.key(key)]) }

    /// The place as messages name it: `x86_64.packages[3].sha256`.
    private var path: String {
        place.reduce(into: "") { path, step in
            switch step {
            case .key("architectures") where path.isEmpty && place.count > 1: break
            case .key(let key): path += (path.isEmpty ? "" : ".") + key
            case .element(let index): path += "[\(index)]"
            }
        }
    }

    func error(_ expected: String, _ code: FormatError.Code = .invalidValue) -> FormatError {
        FormatError(
            json == nil ? .missingField : code, line: JSON.line(of: place, in: text), field: path,
            text: String(decoding: (json?.line ?? "").utf8.prefix(200), as: UTF8.self), expected: expected)
    }

    func members() throws(FormatError) -> [(String, LockValue)] {
        guard let members = json?.members else { throw error("an object") }
        return members.map { ($0.0, LockValue($0.1, text, at: place + [.key($0.0)])) }
    }

    func elements() throws(FormatError) -> [LockValue] {
        guard let elements = json?.elements else { throw error("an array") }
        return elements.enumerated().map { LockValue($0.element, text, at: place + [.element($0.offset)]) }
    }

    func string() throws(FormatError) -> String {
        guard let string = json?.string else { throw error("a string") }
        return string
    }

    func strings() throws(FormatError) -> [String] {
        var strings: [String] = []
        for element in try elements() { strings.append(try element.string()) }
        return strings
    }

    /// A number of bytes or an index.
    func integer() throws(FormatError) -> Int {
        guard let integer = json?.integer, integer >= 0 else { throw error("a whole number of 0 or more") }
        return integer
    }

    /// A SHA-256.
    func digest() throws(FormatError) -> String {
        let text = try string()
        guard text.utf8.count == 64, Hexadecimal.bytes(text.utf8) != nil, text == text.lowercased() else {
            throw error("64 lower-case hexadecimal digits")
        }
        return text
    }

    func pathComponent() throws(FormatError) -> String {
        do throws(FormatError) {
            return try PathComponent(try string()).description
        } catch {
            throw self.error(error.expected, error.code)
        }
    }

    /// The value; nil for `null`.
    func unlessNull() throws(FormatError) -> LockValue? {
        guard let json else { throw error("a value or null") }
        return json.isNull ? nil : self
    }
}
