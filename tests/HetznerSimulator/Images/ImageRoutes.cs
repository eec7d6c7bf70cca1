using HetznerSimulator.Http;
using HetznerSimulator.Resources;

namespace HetznerSimulator.Images;

/// <summary>System images and snapshots; snapshots are made by a server's <c>create_image</c>.</summary>
internal static class ImageRoutes
{
    public static void Map(Routes api)
    {
        ResourceRoutes.Map(api, "images", cloud => cloud.Images, (_, image) => image.Show(), Keep, Update);
        ResourceRoutes.MapDelete(api, "images", cloud => cloud.Images, (_, image) => RefuseRemoval(image), (cloud, image) =>
            cloud.Track(cloud.Hosts.DeleteSnapshotAsync(image.Id, cloud.Stopping)));
        ResourceRoutes.MapProtection(api, "images", cloud => cloud.Images);
    }

    private static IEnumerable<Image> Keep(Call call, IEnumerable<Image> images)
    {
        images = call.Where(images, "type", i => i.Type);
        images = call.Where(images, "status", i => Json.Name(i.Status));
        images = call.Where(images, "architecture", i => i.Architecture);
        return call.Where(images, "bound_to", _ => "");
    }

    private static void Update(Call call, Image image)
    {
        RefuseSystem(image);
        image.Description = call.Body.Text("description") ?? image.Description;
    }

    private static void RefuseRemoval(Image image)
    {
        RefuseSystem(image);
        if (image.Status == ImageStatus.Creating)
        {
            throw new CloudException("locked", $"image {image.Id} is still being made");
        }
    }

    private static void RefuseSystem(Image image)
    {
        if (image.IsSystem)
        {
            throw new CloudException("forbidden", $"'{image.Name}' is an image of the cloud, not of the project");
        }
    }
}
