internal import ApkRepositories
internal import Foundation

/// Where a request goes: the URL without credentials, and the credentials by themselves.
struct RequestPlace {
    let url: URL
    /// The host, with its port where that is not the scheme's own.
    let host: String
    /// The value of `Authorization`; nil without credentials in the URL.
    let authorization: String?

    init(_ text: String) throws(TransportError) {
        guard var components = URLComponents(string: text), let scheme = components.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let name = components.host, !name.isEmpty
        else { throw TransportError(.unsupportedURL, detail: "neither http: nor https:, or without a host") }
        let user = components.user ?? ""
        let password = components.password ?? ""
        components.user = nil
        components.password = nil
        components.fragment = nil
        guard let url = components.url else { throw TransportError(.unsupportedURL, host: name) }
        self.url = url
        host = Self.host(of: url)
        authorization = user.isEmpty && password.isEmpty ? nil : Self.basic(user, password)
    }

    /// The host of a URL for messages.
    static func host(of url: URL) -> String {
        let name = url.host ?? ""
        guard let port = url.port, port != (url.scheme?.lowercased() == "https" ? 443 : 80) else { return name }
        return "\(name):\(port)"
    }

    /// The value of `Authorization` for basic authentication.
    static func basic(_ user: String, _ password: String) -> String {
        "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }
}

/// The credentials in `HTTP_AUTH`, in the form that apk and apko read: `basic:REALM:USER:PASSWORD`. REALM is the host
/// that they are for, or `*` for every host that is asked directly; what a redirect leads to never gets them.
struct EnvironmentAuthentication {
    private let realm: String
    private let value: String

    /// nil for a text of another form.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].lowercased() == "basic" else { return nil }
        realm = String(parts[1])
        value = RequestPlace.basic(String(parts[2]), String(parts[3]))
    }

    func authorization(for place: RequestPlace) -> String? {
        realm == "*" || realm == place.url.host ? value : nil
    }
}
