namespace Provisioner.Tests.Http;

/// <summary>One request that a test's server got, counted from 1.</summary>
internal sealed record Asked(int Number, string Method, string Path, string Body);
